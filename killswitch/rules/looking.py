"""A look of every rule at what it watches: counted with plain reads, then done step by step, each one committed.

People's stops wait for a step, never for a look.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from killswitch.models import Rule, Stop, Trip, Watch
from killswitch.rules import acting
from killswitch.rules.defaults import ensure_rules
from killswitch.rules.machine import NOTHING_SEEN, SETTLED, Act, Standing, State, look
from killswitch.rules.seen import CouldNotLook, Found, Read, Seen, Window
from killswitch.rules.standing import Standings
from killswitch.rules.words import Signal
from killswitch.scopes import Scope
from tenants.alone import alone
from tenants.refusals import Conflict
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)

# A wrong price list makes every subject look bad; a rule that believed it would stop everybody.
MOST_AT_ONCE: Final = 5
AT_ONCE: Final = timedelta(minutes=10)
_TRIPS: Final = frozenset({Act.TRIP, Act.LATCH})


@dataclass(frozen=True, slots=True)
class Step:
    """What one look makes of one subject."""

    rule: Rule
    watch: Watch
    state: State
    act: Act
    seen: Seen | None
    # The rule's own, if it stands.
    stop: Stop | None
    # How it ended without the rule, if it did.
    ended: str


def look_at_all(read: Read, *, at: datetime) -> bool:
    """False when another look is under way."""
    with alone("killswitch:rules") as is_alone:
        if is_alone:
            with scope(ALL):
                ensure_rules(at=at)
            for rule in list(Rule.objects.watching()):
                _kept(rule, partial(_look_by, rule, read, at))
    return is_alone


def _kept(rule: Rule, what: Callable[[], None]) -> None:
    """A rule, or a step, that breaks holds up no other."""
    try:
        what()
    except Exception:
        log.exception("rule.broke rule=%s", rule.slug)


def _look_by(rule: Rule, read: Read, at: datetime) -> None:
    with scope(ALL):
        steps, blind = _plan(rule, read, at)
        trips = [step for step in steps if step.act in _TRIPS]
        if too_many := _too_many(rule, trips, at):
            log.warning("rule.too_many rule=%s subjects=%s", rule.slug, len(trips))
    quiet = [step for step in steps if step.act is Act.NOTHING]
    left_alone = {Act.NOTHING, *(_TRIPS if too_many else ())}
    acts = [step for step in steps if step.act not in left_alone]
    for batch in filter(None, (quiet, *([step] for step in acts))):
        _kept(rule, partial(_take, rule, batch, at))
    told = {} if blind else {"looked_at": at}
    Rule.objects.filter(pk=rule.pk).update(blind=(blind or too_many)[:300], **told)


def _plan(rule: Rule, read: Read, at: datetime) -> tuple[list[Step], str]:
    found, blind = _found(rule, read, Window(at - rule.window, at, rule.min_calls))
    watches = {watch.subject: watch for watch in rule.watches.select_related("trip")}
    subjects = set(watches) | set(found or ())
    standings = Standings.of(subjects, list(watches.values()))
    looks = (
        _look(rule, subject, watches.get(subject), found, standings, read, at) for subject in sorted(subjects)
    )  # fmt: skip
    return [step for step in looks if step is not None], blind


def _too_many(rule: Rule, trips: Sequence[Step], at: datetime) -> str:
    """Why nothing more is stopped; empty if it is. Those that came one look after the other count, too."""
    if not trips:
        return ""
    lately = Trip.objects.filter(rule=rule, shadow=not rule.is_live, at__gt=at - AT_ONCE)
    count = len({*lately.values_list("subject", flat=True), *(step.watch.subject for step in trips)})
    if count <= MOST_AT_ONCE:
        return ""
    return (
        f"{count} subjects at once look like a fault of the measuring, or of everything: nothing more was stopped. "
        "Look yourself."
    )


def _found(rule: Rule, read: Read, window: Window) -> tuple[Found | None, str]:
    try:
        return read(Signal(rule.signal), Scope(rule.scope), window), ""
    except CouldNotLook as fault:
        return None, str(fault)


def _look(
    rule: Rule, subject: str, known: Watch | None, found: Found | None, standings: Standings, read: Read, at: datetime
) -> Step | None:  # fmt: skip
    standing = standings.of_subject(subject, known, at=at)
    stop = standings.stop_at(subject) if standing is Standing.OURS else None
    seen, is_blind = _seen(rule, subject, known, found, stop, read, at)
    before = known.state if known else State()
    observation = None if is_blind else seen.observation if seen else NOTHING_SEEN
    state, act = look(before, observation, standing, rule.limits, at)
    if known is None and state.is_forgotten(at):
        return None
    label = seen.target.label if seen else ""
    watch = known or Watch.new(rule, subject, label)
    is_lost = before.is_off and standing is not Standing.OURS
    ended = standings.ended(watch, standing) if is_lost else ""
    return Step(rule, watch, state, act, seen, stop, ended)


def _seen(
    rule: Rule, subject: str, known: Watch | None, found: Found | None, stop: Stop | None, read: Read, at: datetime
) -> tuple[Seen | None, bool]:  # fmt: skip
    """Of a subject on trial everything since the trial began: of a small share only few calls come.

    In shadow there is no stop, and all calls come.
    """
    if found is None:
        return None, True
    if known is None or not known.state.is_trying or known.since is None:
        return found.get(subject), False
    tried, blind = _found(rule, read, Window(max(known.since, at - SETTLED), at, 1, stop.admits if stop else 100))
    return (None, True) if tried is None else (tried.get(subject), bool(blind))


def _take(rule: Rule, steps: Sequence[Step], at: datetime) -> None:
    """What somebody else made impossible is not done; the next look sees why."""
    try:
        with scope(ALL):
            _check_unchanged(rule)
            for step in steps:
                _take_one(step, at)
    except Conflict as fault:
        log.info("rule.gave_way rule=%s subjects=%s: %s", rule.slug, [s.watch.subject for s in steps], fault.detail)


def _take_one(step: Step, at: datetime) -> None:
    state = _act(step, at)
    for how in _ends(step):
        if step.watch.trip is not None:
            acting.end(step.watch.trip, how, at=at)
            step.watch.trip = None
    _remember(step, state, at)


def _check_unchanged(rule: Rule) -> None:
    """Locked until the step is committed: a rule that people turned off, or changed, meanwhile trips no more."""
    if not Rule.objects.select_for_update(no_key=True).filter(pk=rule.pk, version=rule.version).exists():
        raise Conflict(f"{rule.name} was changed meanwhile.")


def _act(step: Step, at: datetime) -> State:
    rule, stop = step.rule, step.stop
    match step.act:
        case Act.TRIP | Act.LATCH if step.seen is not None:
            return _trip(step, step.seen, at)
        case Act.ADMIT_5 | Act.ADMIT_25 | Act.CLOSE if stop is not None:
            percent = {Act.ADMIT_5: 5, Act.ADMIT_25: 25}.get(step.act, 0)
            acting.admit(rule, stop, percent, step.state, step.seen, at=at)
        case Act.LIFT if stop is not None:
            acting.lift(rule, stop, at=at)
    return step.state


def _trip(step: Step, seen: Seen, at: datetime) -> State:
    trip = acting.trip(step.rule, seen, step.state, at=at)
    if trip is None:
        return State()
    log.warning("rule.tripped rule=%s subject=%s shadow=%s", step.rule.slug, seen.target.key, trip.shadow)
    step.watch.trip = trip
    return step.state


def _ends(step: Step) -> Iterator[str]:
    if step.act is Act.LIFT:
        yield "cleared"
    elif step.ended:
        yield step.ended


def _remember(step: Step, state: State, at: datetime) -> None:
    if state.is_forgotten(at):
        if step.watch.pk:
            step.watch.delete()
        return
    step.watch.state = state
    step.watch.save()
