"""What belongs to a tenant and has a switch of its own: its features, its systems, its people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from costs import reports
from costs.models import EndUser
from integrations.models import Connection
from killswitch.models import Stop
from killswitch.permitting import may_change
from killswitch.scopes import Scope
from killswitch.standing import Above, is_whole
from killswitch.targets import Target
from killswitch.views.places import Place
from tenants.actors import Actor
from tenants.models import Feature, Tenant
from tenants.principals import Principal

# A person who was stopped by the id that the application would send.
UNKNOWN: Final = "Somebody who has not called yet"


@dataclass(frozen=True, slots=True)
class FeatureLine:
    feature: Feature
    stop: Stop | None
    # The wider stop that keeps it off, whatever its own switch says.
    holder: Stop | None
    calls_per_minute: float
    # What it had when the wider stop was made; None: nobody wrote it down.
    before: float | None
    needs_another: bool

    @property
    def turns_on(self) -> str:
        """What its button does: while something wider holds it off, nothing comes back on by it."""
        return "Lift" if self.holder else "Turn on"


@dataclass(frozen=True, slots=True)
class Line:
    """A system or a person, with the stop that is in force there."""

    place: Place
    stop: Stop | None
    says: str
    # The wider stop that keeps it off, or lets it only read, whatever its own switch says.
    holder: Stop | None = None
    may_turn_on: bool = False

    @property
    def is_held_off(self) -> bool:
        return self.holder is not None and is_whole(self.holder)


def feature_lines(tenant: Tenant, stops: Sequence[Stop], above: Above, actor: Actor, at: datetime) -> list[FeatureLine]:
    own = {stop.feature_id: stop for stop in stops if stop.feature_id}
    whole = next((stop for stop in stops if stop.scope == Scope.TENANT and is_whole(stop)), None)
    rates, before = reports.traffic_by_feature(tenant.pk, at), _rates_before(whole)
    return [
        FeatureLine(
            feature,
            own.get(feature.pk),
            whole or above.holding(feature),
            rates[feature.pk].calls_per_minute if feature.pk in rates else 0.0,
            before.get(feature.name) if whole else None,
            feature.pk in own and own[feature.pk].needs_another(actor, at_a_glance=True),
        )
        for feature in Feature.objects.order_by("name")
        # One of our own that somebody stopped all the same can be lifted here.
        if feature.pk in own or not feature.is_own
    ]


def _rates_before(stop: Stop | None) -> Mapping[str, float]:
    """Calls a minute of each feature, as whoever stopped them all was shown."""
    made = stop.events.order_by("version").first() if stop else None
    shown = (made.blast_radius.get("features") or ()) if made else ()
    return {each["name"]: each["calls_per_minute"] or 0.0 for each in shown}


def systems_and_people(
    tenant: Tenant, stops_of_all: Sequence[Stop], above: Above, principal: Principal
) -> dict[str, Any]:  # fmt: skip
    rows = Stop.objects.active().of(tenant).filter(scope__in=(Scope.CONNECTION, Scope.USER))
    stops = {stop.target: stop for stop in rows.select_related("tenant").order_by("made_at")}
    own = next((stop for stop in stops_of_all if stop.scope == Scope.TENANT), None)
    holder = next((stop for stop in (above.everything, own) if stop and is_whole(stop)), above.everything or own)
    lines = {"systems": _systems(tenant, stops), "people": _people(tenant, stops)}
    return {name: [_with(line, holder, principal) for line in found] for name, found in lines.items()}


def _with(line: Line, holder: Stop | None, principal: Principal) -> Line:
    return replace(line, holder=holder, may_turn_on=line.stop is not None and may_turn_on(line.stop, principal))


def may_turn_on(stop: Stop, principal: Principal) -> bool:
    return may_change(principal, stop.scope, stop.tenant_id) and not stop.needs_another(principal.actor)


def _systems(tenant: Tenant, stops: Mapping[str, Stop]) -> list[Line]:
    found = []
    for row in Connection.objects.of(tenant).order_by("name"):
        target = Target.connection(tenant, row.pk, row.slug, row.name)
        says = f"{row.kind.name if row.kind else row.system} · {row.environment}"
        found.append(Line(Place(target, row.slug, row.name), stops.get(target.key), says))
    return found


def _people(tenant: Tenant, stops: Mapping[str, Stop]) -> list[Line]:
    """Those who are stopped; nobody lists all."""
    stopped = [stop for stop in stops.values() if stop.scope == Scope.USER]
    known = EndUser.objects.of(tenant).filter(key__in=[stop.subject for stop in stopped])
    labels = {str(person.key): person.label for person in known}
    return [
        Line(
            Place(Target(Scope.USER, stop.target, stop.what, tenant, subject=stop.subject), stop.subject,
                  labels.get(stop.subject, UNKNOWN)),
            stop,
            "",
        )
        for stop in stopped
    ]  # fmt: skip
