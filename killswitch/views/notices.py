"""Where people hear of stops, what was told, and whether it arrived."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from killswitch.addresses import address_of
from killswitch.models import Channel, Notice, Stop
from killswitch.notices import trying, watching
from killswitch.notices.mail import NOT_SET_UP
from killswitch.notices.wording import tell
from killswitch.standing import above, covers
from killswitch.views.channels import find_channel, page_of
from tenants.http import TenantRequest, may_everywhere, page, posted
from tenants.models import Membership, User
from tenants.permissions import Permission
from tenants.scope import scope

# Of what was told; the API has all of it.
SHOWN: Final = 50
_HOME: Final = "killswitch:notice-list"


@dataclass(frozen=True, slots=True)
class Line:
    """One notice of the list."""

    notice: Notice
    to: str
    may_change: bool

    @property
    def title(self) -> str:
        return tell(self.notice.kind, self.notice.facts).title

    @property
    def url(self) -> str:
        return str(self.notice.facts["url"]) if self.notice.stop_id else ""


@require_safe
@never_cache
@page(Permission.SWITCHES_READ)
def notice_list(request: TenantRequest) -> HttpResponse:
    change = request.principal.over(Permission.NOTICES_CHANGE)
    rows = list(Channel.objects.select_related("tenant").order_by("tenant__name", "name"))
    context = {
        "cards": [(each, covers(change, each.tenant_id)) for each in rows],
        "lines": _lines(rows, request),
        "may_add": request.principal.may(Permission.NOTICES_CHANGE),
        "mail_is_set": settings.AIOPS_MAIL_IS_SET,
        "has_mail": any(each.kind == Channel.Kind.EMAIL for each in rows),
        "is_over_all": may_everywhere(request, Permission.SWITCHES_READ),
        "above": above(),
        "tab": "notices",
        "at": datetime.now(UTC),
    }
    return render(request, "killswitch/notice_list.html", context)


@page(Permission.NOTICES_CHANGE, is_slow=True)
@posted(lambda request, channel_id: page_of(_find(request, channel_id)))
def channel_test(request: TenantRequest, channel_id: UUID) -> HttpResponse:
    channel = _find(request, channel_id)
    outcome = trying.test(channel, by=request.principal.actor, clock=partial(datetime.now, UTC))
    tell_of = messages.success if outcome.is_ok else messages.error
    tell_of(request, f"{channel.name}: {outcome.says}")
    return redirect(page_of(channel))


@page(Permission.NOTICES_CHANGE)
@posted(lambda request, notice_id: f"{reverse(_HOME)}#{get_object_or_404(Notice, pk=notice_id).pk}")
def notice_again(request: TenantRequest, notice_id: UUID) -> HttpResponse:
    notice = get_object_or_404(Notice, pk=notice_id)
    trying.send_again(notice, by=request.principal.actor, at=datetime.now(UTC))
    messages.success(request, "It is sent again.")
    return redirect(f"{reverse(_HOME)}#{notice.pk}")


@page(Permission.SWITCHES_READ)
@posted(lambda request, stop_id: address_of(_stop(request, stop_id)))
def stop_watch(request: TenantRequest, stop_id: UUID) -> HttpResponse:
    """`off` in the form takes it back."""
    stop = _stop(request, stop_id)
    user = get_object_or_404(User, pk=UUID(request.principal.actor.id))
    if "off" in request.POST:
        watching.unwatch(stop, user)
        messages.success(request, f"You are not told of {stop.what} any more.")
    elif not settings.AIOPS_MAIL_IS_SET:
        messages.warning(request, f"You will not be told: {NOT_SET_UP[0].lower()}{NOT_SET_UP[1:]}")
    else:
        watching.watch(stop, user, at=datetime.now(UTC))
        messages.success(request, f"You are told at {user.email} when calls resume for {stop.what}.")
    return redirect(address_of(stop))


def _find(request: TenantRequest, channel_id: UUID) -> Channel:
    with scope(request.principal.over(Permission.NOTICES_CHANGE)):
        return find_channel(channel_id)


def _stop(request: TenantRequest, stop_id: UUID) -> Stop:
    visible = Stop.objects.visible_to(request.principal.over(Permission.SWITCHES_READ))
    return get_object_or_404(visible.select_related("tenant", "feature"), pk=stop_id)


def _lines(known: list[Channel], request: TenantRequest) -> list[Line]:
    """Newest first."""
    names = {each.pk: each.name for each in known}
    change = request.principal.over(Permission.NOTICES_CHANGE)
    notices = list(Notice.objects.select_related("user").order_by("-id")[:SHOWN])
    people = _nameable([each.user_id for each in notices if each.user_id], request)
    return [Line(each, _receiver(each, names, people), covers(change, each.tenant_id)) for each in notices]


def _nameable(people: Collection[UUID], request: TenantRequest) -> Collection[UUID]:
    """Who of the operator's watches a tenant's stop is none of that tenant's business."""
    if may_everywhere(request, Permission.SWITCHES_READ):
        return people
    return set(Membership.objects.filter(user__in=people).values_list("user_id", flat=True))


def _receiver(notice: Notice, names: Mapping[UUID, str], people: Collection[UUID]) -> str:
    if notice.user:
        return notice.user.email if notice.user.pk in people else "one person"
    return names.get(notice.channel_id, "a channel that was removed") if notice.channel_id else ""
