"""What a rule does about what it saw: a stop, a share let through, a lift; in shadow only the record of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from killswitch import services
from killswitch.models import Rule, Stop, Trip
from killswitch.rules import telling
from killswitch.rules.machine import Stage, State
from killswitch.rules.seen import Seen
from killswitch.scopes import InFlight, Mode
from tenants import revisions
from tenants.models import Revision

# Should nobody look any more, the clock lets the calls through.
SAFETY: Final = timedelta(hours=1)
REVIEW_AFTER: Final = timedelta(hours=1)


def trip(rule: Rule, seen: Seen, state: State, *, at: datetime) -> Trip | None:
    """None when somebody was faster: a rule joins no stop of others."""
    evidence = _evidence(rule, seen)
    if not rule.is_live:
        return _record(rule, seen, state, evidence, None, at)
    with revisions.changing(Revision.Name.STOPS):
        if Stop.objects.active().at(seen.target).exists():
            return None
        stop = services.stop(_order(rule, seen, state, evidence, at), by=rule.actor, at=at).stop
        return _record(rule, seen, state, evidence, stop, at)


def admit(rule: Rule, stop: Stop, percent: int, state: State, seen: Seen | None, *, at: datetime) -> None:
    evidence = _evidence(rule, seen) if seen else {"rule": rule.slug, "rule_version": rule.version}
    ends = at + state.cooldown + SAFETY
    services.admit(stop, percent, by=rule.actor, at=at, evidence=evidence, expires_at=ends)


def lift(rule: Rule, stop: Stop, *, at: datetime) -> None:
    services.lift(stop, by=rule.actor, note="The trouble is over.", at=at, origin=Stop.Origin.RULE)


def end(found: Trip, how: str, *, at: datetime) -> None:
    Trip.objects.open().filter(pk=found.pk).update(ended_at=at, ended=how[:300])


def _order(rule: Rule, seen: Seen, state: State, evidence: Mapping[str, Any], at: datetime) -> services.Order:
    is_latched = state.stage is Stage.LATCHED
    return services.Order(
        target=seen.target,
        reason=Stop.Reason.AUTOMATIC,
        mode=Mode(rule.mode),
        # What is under way fails or succeeds by itself; a rule may be wrong.
        in_flight=InFlight.NEW_ONLY,
        note=f"{rule.name}: {telling.saw(rule.signal, evidence)}.",
        expires_at=None if is_latched else at + state.cooldown + SAFETY,
        review_at=at + REVIEW_AFTER if is_latched else None,
        origin=Stop.Origin.RULE,
        evidence=evidence,
    )


def _evidence(rule: Rule, seen: Seen) -> dict[str, Any]:
    return {
        **seen.as_evidence(),
        "rule": rule.slug,
        "rule_version": rule.version,
        "signal": rule.signal,
        "window_seconds": rule.window_seconds,
        "trip": rule.trip,
        **({"min_usd_a_minute": str(rule.min_usd_a_minute)} if rule.is_multiple else {}),
    }


def _record(
    rule: Rule, seen: Seen, state: State, evidence: Mapping[str, Any], stop: Stop | None, at: datetime
) -> Trip:  # fmt: skip
    return Trip.objects.create(
        rule=rule,
        subject=seen.target.key,
        label=seen.target.label,
        shadow=stop is None,
        at=at,
        latched=state.stage is Stage.LATCHED,
        evidence=dict(evidence),
        stop=stop,
    )
