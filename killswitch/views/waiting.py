"""Which tenants' stops wait for somebody: to be looked at, or to be confirmed by every gateway."""

from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet

from killswitch.confirmations import ALARM
from killswitch.models import Stop, StopEvent
from killswitch.scopes import SHARED
from tenants.models import Process, Tenant


def due_for_review(at: datetime) -> set[UUID]:
    return set(_theirs(Stop.objects.due_for_review(at=at)).values_list("tenant_id", flat=True))


def shared_due_for_review(at: datetime) -> QuerySet[Stop]:
    """Over everybody, which stand in no tenant's row."""
    return Stop.objects.due_for_review(at=at).filter(scope__in=SHARED).select_related("feature").order_by("review_at")


def unconfirmed(at: datetime) -> set[UUID]:
    """With a stop in force that was committed longer ago than the alarm, and that some gateway has not applied."""
    behind = Process.objects.gateways().aggregate(least=Min("stops_revision"))["least"]
    if behind is None:
        return set()
    late = StopEvent.objects.filter(revision__gt=behind, recorded_at__lte=at - ALARM)
    return set(_theirs(Stop.objects.active().filter(events__in=late)).values_list("tenant_id", flat=True))


def _theirs(stops: QuerySet[Stop]) -> QuerySet[Stop]:
    return stops.filter(tenant__in=Tenant.objects.customers())
