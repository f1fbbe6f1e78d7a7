"""What is off for one tenant or over everybody, and how it came to be."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from django.db.models import QuerySet

from killswitch.models import Stop, StopEvent
from killswitch.scopes import SHARED, Mode, Scope
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tenants.permissions import ALLOWED, Permission
from tenants.scope import ALL, Tenants

# Whoever lifts another person's fresh stop is asked first.
FRESH = timedelta(hours=1)
_SWITCHES = (Scope.TENANT, Scope.TENANT_FEATURE)
_OF_VERSION: Final = "prompt:"


class State(StrEnum):
    ON = "on"
    PARTLY = "partly"
    OFF = "off"


def is_whole(stop: Stop) -> bool:
    """It lets no call have an answer of a model: neither does it only forbid writes, nor let a share pass."""
    return stop.mode != Mode.READ_ONLY and not stop.admits


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
        if self.everything and is_whole(self.everything):
            return State.OFF
        return State.PARTLY if self.stops else State.ON

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


@dataclass(frozen=True, slots=True)
class Above:
    """What is stopped over everybody, and so for each customer, whatever its own switches say."""

    everything: Stop | None
    features: Mapping[UUID, Stop]
    # All of them but that of everything, the newest first.
    shared: tuple[Stop, ...] = ()

    @property
    def versions(self) -> Mapping[UUID, Stop]:
        """Of prompts' versions, by version."""
        return _by_version(self.shared)

    @property
    def holds_all(self) -> bool:
        return self.everything is not None and is_whole(self.everything)

    def holding(self, feature: Feature) -> Stop | None:
        """The stop that keeps it off for all, if any does."""
        own = self.features.get(feature.pk)
        holding = (stop for stop in (self.everything, own) if stop and is_whole(stop))
        return next(holding, None)


def standing_of(tenant: Tenant) -> Standing:
    return Standing.of(list(Stop.objects.active().switches().of(tenant).select_related("tenant", "feature")))


def above() -> Above:
    wide = Stop.objects.active().filter(scope__in=SHARED).select_related("feature").order_by("-made_at")
    # One of a feature of our own, such as a drill's, is nothing to a customer.
    stops = [stop for stop in wide if not (stop.feature and stop.feature.is_own)]
    everything = next((stop for stop in stops if stop.scope == Scope.GLOBAL), None)
    shared = tuple(stop for stop in stops if stop is not everything)
    return Above(everything, {stop.feature_id: stop for stop in stops if stop.feature_id}, shared)


def version_stops() -> Mapping[UUID, Stop]:
    """Of prompts' versions, by version: those in force."""
    return _by_version(Stop.objects.active().filter(scope=Scope.PROMPT_VERSION))


def _by_version(stops: Iterable[Stop]) -> Mapping[UUID, Stop]:
    of_versions = (stop for stop in stops if stop.scope == Scope.PROMPT_VERSION)
    return {UUID(stop.target.removeprefix(_OF_VERSION)): stop for stop in of_versions}


def stops_at(target: Target) -> QuerySet[Stop]:
    """All that were ever made there; a tenant's page is also about its features."""
    rows = Stop.objects.select_related("tenant", "feature")
    if target.scope == Scope.TENANT and target.tenant:
        return rows.of(target.tenant).filter(scope__in=_SWITCHES)
    return rows.at(target)


def events_at(target: Target) -> QuerySet[StopEvent]:
    """All changes of what `stops_at` finds, newest first."""
    rows = StopEvent.objects.select_related("stop__tenant", "stop__feature").order_by("-pk")
    if target.scope == Scope.TENANT:
        return rows.filter(stop__tenant=target.tenant, stop__scope__in=_SWITCHES)
    return rows.filter(stop__target=target.key)


def version_at(target: Target) -> int:
    """Moves with every change there: what a form was opened on."""
    return events_at(target).values_list("pk", flat=True).first() or 0


def events_of(tenant: Tenant) -> QuerySet[StopEvent]:
    """All changes of what is stopped for this tenant alone, its systems and people too, newest first."""
    return StopEvent.objects.filter(stop__tenant=tenant).select_related("stop__tenant", "stop__feature").order_by("-pk")


def version_of(tenant: Tenant) -> int:
    """Of the tenant's own switches."""
    return version_at(Target.of(tenant))


def asks_first(stop: Stop, actor: Actor, *, at: datetime) -> bool:
    """Somebody else made it a short while ago, and may still be at work behind it."""
    return stop.made_by_id != actor.id and at - stop.made_at < FRESH


def roles_that_change(permission: Permission = Permission.SWITCHES_CHANGE) -> str:
    """Who may turn things off and on, in words."""
    roles = [role.label.lower() for role, allowed in ALLOWED.items() if permission in allowed]
    return f"{', '.join(roles[:-1])} or {roles[-1]}"


def covers(tenants: Tenants, tenant: UUID) -> bool:
    return tenants == ALL or tenant in tenants
