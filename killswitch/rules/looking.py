"""A look of every rule at what it watches: first all is counted, then all is done, so that no lock is held for long."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from killswitch.models import Rule, Stop, Watch
from killswitch.rules import acting
from killswitch.rules.defaults import ensure_rules
from killswitch.rules.machine import NOTHING_SEEN, SETTLED, Act, Standing, State, look
from killswitch.rules.seen import CouldNotLook, Found, Read, Seen, Window
from killswitch.rules.standing import Standings
from killswitch.rules.words import Signal
from killswitch.scopes import Scope
from tenants.refusals import Conflict
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)

_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('killswitch:rules', 0))"


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
    with scope(ALL):
        if not _is_alone():
            return False
        ensure_rules(at=at)
        # Whoever changes a rule waits for the look, and the other way round; so a rule that is off trips no more.
        rules = list(Rule.objects.watching().select_for_update())
        plans = [(rule, _kept(rule, partial(_plan, rule, read, at))) for rule in rules]
        for rule, steps in plans:
            for step in steps or ():
                _kept(rule, partial(_take, step, at))
    return True


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
        return bool(cursor.fetchone()[0])


def _kept[T](rule: Rule, what: Callable[[], T]) -> T | None:
    """A rule that breaks holds up no other."""
    try:
        with transaction.atomic():
            return what()
    except Exception:
        log.exception("rule.broke rule=%s", rule.slug)
        return None


def _plan(rule: Rule, read: Read, at: datetime) -> list[Step]:
    found, blind = _found(rule, read, Window(at - rule.window, at, rule.min_calls))
    told = {"blind": blind[:300]} if blind else {"blind": "", "looked_at": at}
    Rule.objects.filter(pk=rule.pk).update(**told)
    watches = {watch.subject: watch for watch in rule.watches.select_related("trip")}
    subjects = set(watches) | set(found or ())
    standings = Standings.of(subjects, list(watches.values()))
    looks = (
        _look(rule, subject, watches.get(subject), found, standings, read, at) for subject in sorted(subjects)
    )  # fmt: skip
    return [step for step in looks if step is not None]


def _found(rule: Rule, read: Read, window: Window) -> tuple[Found | None, str]:
    try:
        return read(Signal(rule.signal), Scope(rule.scope), window), ""
    except CouldNotLook as fault:
        return None, str(fault)


def _look(
    rule: Rule, subject: str, known: Watch | None, found: Found | None, standings: Standings, read: Read, at: datetime
) -> Step | None:  # fmt: skip
    seen, is_blind = _seen(rule, subject, known, found, read, at)
    standing = standings.of_subject(subject, known, at=at)
    before = known.state if known else State()
    observation = None if is_blind else seen.observation if seen else NOTHING_SEEN
    state, act = look(before, observation, standing, rule.limits, at)
    if known is None and state.is_forgotten(at):
        return None
    label = seen.target.label if seen else ""
    watch = known or Watch.new(rule, subject, label)
    is_lost = before.is_off and standing is not Standing.OURS
    ended = standings.ended(watch, standing) if is_lost else ""
    stop = standings.stop_at(subject) if standing is Standing.OURS else None
    return Step(rule, watch, state, act, seen, stop, ended)


def _seen(
    rule: Rule, subject: str, known: Watch | None, found: Found | None, read: Read, at: datetime
) -> tuple[Seen | None, bool]:  # fmt: skip
    """Of a subject on trial everything since the trial began: of a small share only few calls come."""
    if found is None:
        return None, True
    if known is None or not known.state.is_trying or known.since is None:
        return found.get(subject), False
    tried, blind = _found(rule, read, Window(max(known.since, at - SETTLED), at, 1))
    return (None, True) if tried is None else (tried.get(subject), bool(blind))


def _take(step: Step, at: datetime) -> None:
    """A step that somebody else made impossible is not taken; the next look sees why."""
    try:
        with transaction.atomic():
            state = _act(step, at)
    except Conflict as fault:
        log.info("rule.gave_way rule=%s subject=%s: %s", step.rule.slug, step.watch.subject, fault.detail)
        return
    for how in _ends(step):
        if step.watch.trip is not None:
            acting.end(step.watch.trip, how, at=at)
            step.watch.trip = None
    _remember(step, state, at)


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
