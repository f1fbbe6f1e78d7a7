"""Who may turn AI off, what was last turned off or on, and when the audit chains were walked."""

from dataclasses import dataclass
from datetime import datetime

from killswitch.confirmations import Confirmations, confirmations
from killswitch.models import StopEvent
from readiness.models import ChainsVerified
from tenants.models import OPERATOR, Membership, Role


@dataclass(frozen=True, slots=True)
class LastChange:
    event: StopEvent
    confirmations: Confirmations


def supporters() -> int:
    """People who can log in and hold the role over all tenants."""
    held = Membership.objects.filter(tenant__slug=OPERATOR, role=Role.SUPPORT, user__is_active=True)
    return held.values("user").distinct().count()


def last_change(at: datetime) -> LastChange | None:
    event = StopEvent.objects.select_related("stop__tenant", "stop__feature").order_by("-revision").first()
    return LastChange(event, confirmations(event.revision, at=at)) if event else None


def last_verified() -> ChainsVerified | None:
    return ChainsVerified.objects.order_by("-day").first()
