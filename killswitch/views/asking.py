"""What the confirm step shows of a target before it is turned off."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from costs import reports
from killswitch import services
from killswitch.forms import FIRST_REASONS, UNTIL, StopForm, modes_of
from killswitch.models import Stop
from killswitch.scopes import MESSAGES, Mode, Scope
from killswitch.services.order import REASONS
from killswitch.standing import is_whole, standing_of, stops_at
from killswitch.targets import Target
from killswitch.views.figures import blast_context
from killswitch.views.frame import frame
from killswitch.views.places import Place
from killswitch.words import SEEN, UNDER_WAY
from tenants.http import TenantRequest
from tenants.models import Feature, Tenant

# The busiest, by name; the rest are counted.
NAMED: Final = 8


class Seen(NamedTuple):
    """What callers get in a mode."""

    mode: Mode
    label: str
    message: str
    how: str


class Busy(NamedTuple):
    tenant: Tenant
    calls_per_minute: float


def shown(request: TenantRequest, place: Place, form: StopForm, *, at: datetime) -> dict[str, Any]:
    known, named = Feature.objects.order_by("name"), set(form["feature"].value() or ())
    chosen = [feature for feature in known if feature.slug in named] if place.tenant else []
    message = form["message"].value() or ""
    mode = form["mode"].value() or Mode.REFUSE.value
    off = _off(place, chosen)
    joins = off is not None and _joins(off, place, chosen, is_choosing=bool(form["only_features"].value()))
    return {
        **frame(request),
        "place": place,
        "tenant": place.tenant,
        "form": form,
        "features": [feature for feature in known if not feature.is_own or feature in chosen],
        "chosen": chosen,
        "what": _what(place, chosen),
        "first_reasons": FIRST_REASONS,
        "more_reasons": [reason for reason in REASONS if reason not in FIRST_REASONS],
        "careful": Stop.CAREFUL,
        "until": UNTIL,
        # For a careful reason there is none; what was chosen before falls back with it.
        "until_now": "" if form["reason"].value() in Stop.CAREFUL else form["until"].value() or "",
        "modes": [
            Seen(each, label, message or MESSAGES[each], SEEN[each]) for each, label in modes_of(place.target.scope)
        ],
        "mode": mode,
        "under_way": UNDER_WAY,
        "under_way_now": form["in_flight"].value() or "cut",
        "has_more": _has_more(form, mode, message),
        **blast_context(_target(place, chosen), at),
        "off": off,
        "joins": joins,
        # What is joined and careful has no end to choose.
        "ends_by_choice": not (joins and off is not None and off.is_careful),
        # They go on with their next model, which callers do not notice.
        "has_chains": place.target.scope in (Scope.MODEL, Scope.PROVIDER),
        "at": at,
        **(_everybody(at) if place.is_everyone else {}),
    }


def targets_of(place: Place, form: StopForm) -> list[Target]:
    """What a form that is valid names."""
    chosen = form.cleaned_data["feature"]
    return [Target.of(place.tenant, feature) for feature in chosen] if place.tenant and chosen else [place.target]


def order_of(
    target: Target, form: StopForm, record: Mapping[str, Any], *, expires_at: datetime | None
) -> services.Order:  # fmt: skip
    return services.Order(
        target=target,
        reason=Stop.Reason(form.cleaned_data["reason"]),
        mode=form.chosen_mode,
        in_flight=form.chosen_in_flight,
        drain_seconds=form.chosen_seconds,
        message=form.cleaned_data["message"],
        note=form.cleaned_data["note"],
        expires_at=expires_at,
        blast_radius=record,
    )


def _target(place: Place, chosen: Sequence[Feature]) -> Target:
    return Target.of(place.tenant, chosen[0]) if place.tenant and len(chosen) == 1 else place.target


def _off(place: Place, chosen: list[Feature]) -> Stop | None:
    """What keeps it off already."""
    if place.is_tenant and place.tenant:
        return standing_of(place.tenant).covering(chosen)
    return stops_at(place.target).filter(state=Stop.State.ACTIVE).first()


def _joins(off: Stop, place: Place, chosen: Sequence[Feature], *, is_choosing: bool) -> bool:
    """All that is chosen is off already, so that pressing only adds a reason."""
    if chosen or is_choosing:
        return is_whole(off) and len(chosen) == 1 and off.feature == chosen[0]
    return is_whole(off) and off.scope == place.target.scope


def _what(place: Place, chosen: Sequence[Feature]) -> str:
    if len(chosen) == 1:
        return f"{chosen[0].name} for {place.name}"
    return f"{len(chosen)} features for {place.name}" if chosen else place.name


def _has_more(form: StopForm, mode: str, message: str) -> bool:
    """What is chosen under "More" stands open."""
    is_drawn = mode != Mode.REFUSE or bool(message) or form["in_flight"].value() not in (None, "", "cut")
    return is_drawn or any(name in form.errors for name in ("mode", "in_flight", "drain_seconds", "message"))


def _everybody(at: datetime) -> dict[str, Any]:
    """Who calls most just now, and how many lose AI."""
    rates = {pk: each.calls_per_minute for pk, each in reports.lately(at).items() if each.calls_per_minute}
    busiest = sorted(rates, key=lambda pk: -rates[pk])[:NAMED]
    calling = Tenant.objects.customers().in_bulk(busiest)
    busy = [Busy(calling[pk], rates[pk]) for pk in busiest if pk in calling]
    count = Tenant.objects.customers().count()
    return {"customers": count, "busy": busy, "others_busy": max(0, len(rates) - len(busiest))}
