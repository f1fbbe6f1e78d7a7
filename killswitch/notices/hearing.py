"""Who hears of what."""

from uuid import UUID

from django.db.models import Q

from killswitch.models import Channel, Notice, Plan, Stop
from killswitch.models.channel import ChannelQuerySet
from tenants import principals
from tenants.models import Tenant, User
from tenants.permissions import Permission
from tenants.scope import ALL

# What is told of every change to whoever wants every change; the rest is trouble.
_CHANGES = frozenset({Notice.Kind.CHANGED, Notice.Kind.PLANNED, Notice.Kind.CANCELLED})


def of(stop: Stop | Plan, kind: Notice.Kind) -> ChannelQuerySet:
    """The operator's channels hear of every stop; a tenant's own of those that are its alone. In the scope of all."""
    hears = Q(tenant=Tenant.objects.operator())
    if stop.tenant_id:
        hears |= Q(tenant=stop.tenant_id)
    channels = Channel.objects.enabled().filter(hears)
    if kind in _CHANGES:
        wanted = [Channel.News.EVERY, Channel.News.SHARED] if stop.is_shared else [Channel.News.EVERY]
        channels = channels.filter(news__in=wanted)
    # Not the reason: a person may give that one for a stop of anything.
    if stop.origin == Stop.Origin.DRILL:
        channels = channels.filter(with_drills=True)
    return channels


def is_for(channel: Channel, stop: Stop) -> bool:
    """As above, of one channel; its tenant must be loaded."""
    return channel.tenant.is_operator or channel.tenant_id == stop.tenant_id


def tenant_of(stop: Stop) -> UUID:
    """Whose rows the notices of one person about it are."""
    return stop.tenant_id or Tenant.objects.operator().pk


def is_over_all(user: User) -> bool:
    return principals.of_user(user).over(Permission.SWITCHES_READ) == ALL


def may_hear(user: User, stop: Stop) -> bool:
    """Who has left, or lost the role, hears nothing more."""
    over = principals.of_user(user).over(Permission.SWITCHES_READ)
    return user.is_active and (over == ALL or (stop.tenant_id is not None and stop.tenant_id in over))
