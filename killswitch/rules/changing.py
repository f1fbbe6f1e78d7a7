"""What people do with a rule: ask that it goes live, agree as a second person, take it back, change what trips it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from killswitch.models import Rule, Trip
from killswitch.models.rule import MOST_RATE
from killswitch.rules.words import FEWEST_CALLERS, FEWEST_CALLS, LEAST_USD, LONGEST_WINDOW, MOST_USD, SHORTEST_WINDOW
from killswitch.services import NeedsAnother
from tenants import audit
from tenants.actors import Actor
from tenants.refusals import Conflict, Invalid

LIMITS: Final = ("trip", "clear", "window_seconds", "min_calls", "min_callers", "min_usd_a_minute", "mode")
_NOBODY: Final = {
    f"{what}_by_{part}": "" for what in ("asked", "approved") for part in ("kind", "id", "label")
} | {"asked_at": None, "approved_at": None}  # fmt: skip
_MOST: Final = 1_000_000


@dataclass(slots=True)
class _Change:
    rule: Rule
    facts: dict[str, Any] = field(default_factory=dict)


def ask(rule: Rule, *, by: Actor, version: int | None = None, at: datetime) -> Rule:
    """That it goes live; it does once another person agrees."""
    with _changing(rule, "rule.asked", by, version, at) as change:
        found = change.rule
        _check_state(found, Rule.State.SHADOW)
        found.state = Rule.State.ASKED
        found.asked_by_kind, found.asked_by_id, found.asked_by_label, found.asked_at = by.kind, by.id, by.label, at
    return found


def approve(rule: Rule, *, by: Actor, version: int | None = None, at: datetime) -> Rule:
    """From its next look on it stops for real. Refused to whoever asked for it, be it in person or with a key."""
    with _changing(rule, "rule.live", by, version, at) as change:
        found = change.rule
        _check_state(found, Rule.State.ASKED)
        if found.was_asked_by(by):
            raise NeedsAnother(f"You asked that {found.name} goes live: a second person has to agree.")
        found.state = Rule.State.LIVE
        found.approved_by_kind, found.approved_by_id, found.approved_by_label = by.kind, by.id, by.label
        found.approved_at = at
        change.facts["asked_by"] = found.asked_by_label
        # What it saw in shadow stops nothing.
        _begin_anew(found, "the rule went live", at)
    return found


def to_shadow(rule: Rule, *, by: Actor, version: int | None = None, at: datetime) -> Rule:
    """Stops of it that stand keep standing to their end, or until a person lifts them."""
    return _take_back(rule, Rule.State.SHADOW, "rule.shadow", by, version, at)


def turn_off(rule: Rule, *, by: Actor, version: int | None = None, at: datetime) -> Rule:
    """It looks no more."""
    return _take_back(rule, Rule.State.OFF, "rule.off", by, version, at)


def change_limits(
    rule: Rule, values: Mapping[str, Any], *, by: Actor, version: int | None = None, at: datetime
) -> Rule:  # fmt: skip
    """A rule that two people made live goes back to shadow: one alone must not change what it does."""
    with _changing(rule, "rule.changed", by, version, at) as change:
        found = change.rule
        for name in LIMITS:
            before = getattr(found, name)
            if name in values and values[name] != before:
                change.facts[name] = [_plain(before), _plain(values[name])]
                setattr(found, name, values[name])
        check_limits(found)
        if not change.facts:
            raise Conflict(f"{found.name} is like that already. Nothing was changed.")
        if found.state != Rule.State.OFF:
            _reset(found, Rule.State.SHADOW, "the rule was changed", at)
    return found


# What a rule can become, by the word that API, commands and forms send.
MOVES: Final[Mapping[str, Callable[..., Rule]]] = {
    Rule.State.ASKED.value: ask,
    Rule.State.LIVE.value: approve,
    Rule.State.SHADOW.value: to_shadow,
    Rule.State.OFF.value: turn_off,
}


def check_limits(rule: Rule) -> None:
    """Raises Invalid."""
    _check_between("trip", rule.trip, 0, MOST_RATE if rule.is_multiple else 1)
    if not 0 <= rule.clear < rule.trip:
        raise Invalid("clear", f"it has to be less than where it trips, {rule.trip:g}, and not less than 0.")
    _check_between("window_seconds", rule.window_seconds, SHORTEST_WINDOW, LONGEST_WINDOW)
    _check_between("min_calls", rule.min_calls, FEWEST_CALLS, _MOST)
    _check_between("min_callers", rule.min_callers, FEWEST_CALLERS, _MOST)
    _check_dollars(rule)
    if rule.mode not in rule.modes:
        raise Invalid("mode", f"{rule.mode!r} is not allowed. Allowed: {', '.join(rule.modes)}.")


def _check_dollars(rule: Rule) -> None:
    if rule.is_multiple:
        _check_between("min_usd_a_minute", float(rule.min_usd_a_minute), LEAST_USD, MOST_USD)
    elif rule.min_usd_a_minute:
        raise Invalid("min_usd_a_minute", "it goes with rules on the cost only.")


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _check_between(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise Invalid(name, f"{value:,.9g} is not allowed. Allowed: {least:,.9g} to {most:,.9g}.")


def _take_back(
    rule: Rule, state: Rule.State, action: str, by: Actor, version: int | None, at: datetime
) -> Rule:  # fmt: skip
    with _changing(rule, action, by, version, at) as change:
        if change.rule.state == state:
            raise Conflict(f"{change.rule.name} is {state.label.lower()} already. Nothing was changed.")
        change.facts["was"] = change.rule.state
        _reset(change.rule, state, f"the rule went {'off' if state == Rule.State.OFF else 'back to shadow'}", at)
    return change.rule


def _reset(rule: Rule, state: Rule.State, how: str, at: datetime) -> None:
    rule.state = state
    for name, empty in _NOBODY.items():
        setattr(rule, name, empty)
    _begin_anew(rule, how, at)


def _begin_anew(rule: Rule, how: str, at: datetime) -> None:
    rule.watches.all().delete()
    Trip.objects.open().filter(rule=rule).update(ended_at=at, ended=how)


def _check_state(rule: Rule, wanted: Rule.State) -> None:
    if rule.state != wanted:
        state, step = Rule.State(rule.state).label.lower(), ""
        if wanted == Rule.State.ASKED and rule.state == Rule.State.SHADOW:
            step = f" Propose it first: `aiops rules propose {rule.slug}`; then somebody else approves it."
        raise Conflict(f"{rule.name} is {state}, not {wanted.label.lower()}.{step or ' Look at it again.'}")


@contextmanager
def _changing(rule: Rule, action: str, by: Actor, version: int | None, at: datetime) -> Iterator[_Change]:
    """Of the row as it is now, locked; `version`: what whoever changes it has seen."""
    with transaction.atomic():
        change = _Change(Rule.objects.select_for_update().get(pk=rule.pk))
        found = change.rule
        if version is not None and found.version != version:
            raise Conflict(f"{found.name} was changed since you looked at it. Look at it again.")
        yield change
        found.version, found.changed_at = found.version + 1, at
        found.save()
        payload = {"rule": found.slug, "state": found.state, "version": found.version, **change.facts}
        audit.append_to_installation(actor=by, action=action, object=found.name, payload=payload, at=at)
