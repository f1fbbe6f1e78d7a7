"""When the switch was last seen to work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from killswitch.drills.summing import Summary, summarise
from killswitch.models import Drill

_LATELY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Proof:
    """The newest drill that passed. `failed`: the newest one that did not, when that is newer."""

    at: datetime
    confirmed: int
    total: int
    # From the stop to its being in force on the last gateway.
    seconds: float
    failed: Drill | None = None


def last_proof(at: datetime) -> Proof | None:
    finished = Drill.objects.finished().filter(finished_at__lte=at).order_by("-started_at")
    newest = finished.first()
    passed = newest if newest is None or newest.passed else finished.passed().first()
    if newest is None or passed is None or passed.finished_at is None:
        return None
    failed = None if newest.passed else newest
    return Proof(passed.finished_at, passed.confirmed, passed.total, passed.stop_seconds or 0.0, failed)


def summary_at(at: datetime) -> Summary:
    """Of the last day."""
    drills = list(Drill.objects.finished().since(at - _LATELY).values_list("processes", "passed"))
    samples = (each["seconds"] for processes, _ in drills for each in processes if each["seconds"] is not None)
    return summarise(samples, drills=len(drills), passed=sum(passed for _, passed in drills))
