"""Let calls through again."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from killswitch import history
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from killswitch.words import opening
from tenants import revisions
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import Revision
from tenants.refusals import Conflict, NotAllowed
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)


class NeedsAnother(NotAllowed):
    """Whoever turned it off for safety, privacy or law is not who turns it back on."""

    code = "needs_another"


class OperatorsStop(NotAllowed):
    """What the operator turned off is not for the tenant's own people to turn back on, nor to review."""

    code = "operators_stop"


@dataclass(frozen=True, slots=True)
class LiftResult:
    """`lifted` is False when somebody else had lifted it first."""

    lifted: bool
    revision: int


def lift(
    stop: Stop, *, by: Actor, note: str = "", at: datetime, origin: Stop.Origin = Stop.Origin.CONSOLE
) -> LiftResult:  # fmt: skip
    """A stop for safety, privacy or law needs another person than the one who made it, or reviewed broken glass."""
    check_theirs(stop, by)
    if stop.needs_another(by):
        raise NeedsAnother(_refusal(stop, by))
    return _lift(stop, Change(StopEvent.Kind.LIFTED, history.state_of(stop), stop.reason, note, by, at, origin=origin))


def _refusal(stop: Stop, by: Actor) -> str:
    why = f"{stop.what} was turned off for {stop.get_reason_display().lower()}"
    if stop.takes_two:
        why += ", and nobody knows for sure by whom"
        return f"{why}: one person has to review it, and another to turn it back on; no key can."
    keys = ", in person or with a key that they made" if by.kind == ActorKind.KEY else ""
    return f"{why}: a second person has to turn it back on{keys}."


def check_theirs(stop: Stop, by: Actor) -> None:
    if stop.is_kept_from(by):
        raise OperatorsStop(f"{stop.what} was turned off by the operator, whose people turn it back on and review it.")


def check_rules_own(stop: Stop, rule: Actor) -> None:
    """With the revision's lock held: what people made theirs is not a rule's to loosen."""
    is_own = stop.origin == Stop.Origin.RULE and stop.is_by(rule) and not stop.is_careful
    if not is_own or any(event.is_join for event in stop.events.all()):
        raise NotAllowed(f"{stop.what}: this stop is not of that rule alone.")


def lift_expired(*, at: datetime) -> int:
    """Lift what has reached its end; how many. Each by itself: whoever stops something waits for one at most.

    One that cannot be lifted must not keep the others off.
    """
    with scope(ALL):
        due = list(Stop.objects.due(at=at).values_list("pk", flat=True))
    return sum(_expire(each, at=at) for each in due)


def _expire(pk: UUID, *, at: datetime) -> bool:
    try:
        with scope(ALL):
            stop = Stop.objects.due(at=at).select_related("tenant", "feature").filter(pk=pk).first()
            if stop is None:
                return False
            change = Change(StopEvent.Kind.EXPIRED, history.state_of(stop), stop.reason, "", SYSTEM, at)
            return _lift(stop, change).lifted
    except Conflict:
        # Somebody joined it meanwhile; its end may be another now.
        return False
    except Exception:
        log.exception("stop.not_expired id=%s: it stays in force", pk)
        return False


def _lift(stop: Stop, change: Change) -> LiftResult:
    with revisions.changing(Revision.Name.STOPS):
        # Asked with the revision's lock held; one that nothing moves would have every gateway look for what it missed.
        if Stop.objects.active().filter(pk=stop.pk, version=stop.version).exists():
            if change.by.kind == ActorKind.RULE:
                check_rules_own(stop, change.by)
            return LiftResult(True, _write_lift(stop, change))
    return _already(stop)


def _write_lift(stop: Stop, change: Change) -> int:
    stop.revision, stop.version = revisions.bump(Revision.Name.STOPS), stop.version + 1
    stop.state, stop.lifted_at = Stop.State.LIFTED, change.at
    stop.save(update_fields=["state", "lifted_at", "version", "revision"])
    history.write(stop, change)
    return stop.revision


def _already(stop: Stop) -> LiftResult:
    stop.refresh_from_db()
    if stop.state == Stop.State.ACTIVE:
        last = stop.events.latest("version")
        raise Conflict(f"{opening(last.doer)} changed this stop a moment ago. Look at it again, then turn it back on.")
    return LiftResult(False, stop.revision)
