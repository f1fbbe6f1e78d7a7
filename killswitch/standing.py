"""What is off for one tenant, and how it came to be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from django.db.models import QuerySet

from killswitch.models import Stop, StopEvent
from killswitch.scopes import Scope
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tenants.permissions import ALLOWED, Permission
from tenants.scope import ALL, Tenants

# Whoever lifts another person's fresh stop is asked first.
FRESH = timedelta(hours=1)


class State(StrEnum):
    ON = "on"
    PARTLY = "partly"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Standing:
    """The stops in force: at most one of everything, and those of single features."""

    everything: Stop | None
    features: tuple[Stop, ...]

    @classmethod
    def of(cls, stops: list[Stop]) -> Self:
        features = sorted((stop for stop in stops if stop.scope == Scope.TENANT_FEATURE), key=lambda stop: stop.what)
        return cls(next((stop for stop in stops if stop.scope == Scope.TENANT), None), tuple(features))

    @property
    def state(self) -> State:
        if self.everything:
            return State.OFF
        return State.PARTLY if self.features else State.ON

    @property
    def stops(self) -> tuple[Stop, ...]:
        return (self.everything, *self.features) if self.everything else self.features

    @property
    def stop(self) -> Stop | None:
        """The one to speak of first: the widest."""
        return self.stops[0] if self.stops else None

    def covering(self, features: Collection[Feature]) -> Stop | None:
        """What keeps these features off already, or, when none are named, everything."""
        own = (stop for stop in self.features if stop.feature in features)
        return self.everything or next(own, None)


def standing_of(tenant: Tenant) -> Standing:
    return Standing.of(list(Stop.objects.active().switches().of(tenant).select_related("tenant", "feature")))


def events_of(tenant: Tenant) -> QuerySet[StopEvent]:
    """All changes of the tenant's switches, newest first."""
    return StopEvent.objects.filter(stop__tenant=tenant).select_related("stop__tenant", "stop__feature").order_by("-pk")


def version_of(tenant: Tenant) -> int:
    """Moves with every change of the tenant's switches: what a form was opened on."""
    return events_of(tenant).values_list("pk", flat=True).first() or 0


def asks_first(stop: Stop, actor: Actor, *, at: datetime) -> bool:
    """Somebody else made it a short while ago, and may still be at work behind it."""
    return stop.made_by_id != actor.id and at - stop.made_at < FRESH


def roles_that_change() -> str:
    """Who may turn things off and on, in words."""
    roles = [role.label.lower() for role, allowed in ALLOWED.items() if Permission.SWITCHES_CHANGE in allowed]
    return f"{', '.join(roles[:-1])} or {roles[-1]}"


def covers(tenants: Tenants, tenant: UUID) -> bool:
    return tenants == ALL or tenant in tenants
