"""Tell who watches a stop that calls got through although it holds everywhere."""

from datetime import datetime

from costs.aftermath import aftermath, quiet_since
from killswitch.calls import are_told_apart, calls_of
from killswitch.confirmations import confirmations
from killswitch.models import Stop, StopEvent
from killswitch.notices import apart, watching


def tell_leaks(*, at: datetime) -> int:
    """How many are told. In the scope of all."""
    return apart.told(watching.watched(), lambda stop: _tell(stop, at))


def _tell(stop: Stop, at: datetime) -> int:
    """Once every gateway has confirmed what holds now: before, calls may run, and the alarm says so."""
    last = stop.events.exclude(kind=StopEvent.Kind.REVIEWED).select_related("stop").latest("version")
    found = confirmations(last.revision, at=at)
    if not found.complete:
        return 0
    since = quiet_since(last, found)
    counted = aftermath(stop, calls_of(stop), since, at=at) if are_told_apart(stop) else None
    if counted is None or not counted.answered:
        return 0
    return watching.tell_leak(stop, answered=counted.answered, since=since, at=at)
