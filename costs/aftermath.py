"""What was called after a stop had been confirmed: refused as it should be, or answered all the same."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, Sum

from costs.models import Call, MinuteTraffic
from costs.records import Outcome
from killswitch.confirmations import Confirmations
from killswitch.models import Stop, StopEvent
from killswitch.scopes import COUNTED, InFlight, Mode, Scope

BY_CALL: Final = frozenset({Scope.PROVIDER, Scope.MODEL, Scope.USER})
# Days of single calls would be long to count.
CALLS_OF: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Calls since every gateway confirmed: refused as they should be, or answered all the same."""

    refused: int
    answered: int


def quiet_since(event: StopEvent, found: Confirmations) -> datetime:
    """When the last gateway had applied it, and what was under way had to be over: from then on no call runs."""
    # By the database's clock, from which the seconds are counted; `at` may be of another, or of long before.
    return event.recorded_at + timedelta(seconds=(found.seconds or 0) + event.stop.drain_seconds)


def aftermath(stop: Stop, calls: Q, since: datetime, *, at: datetime) -> Aftermath | None:
    """`calls`: those that it ends. As of `at`; of a provider, a model or a person at most of the last hour.

    None where it is not known, or where calls may go on: of some modes, and while a rule tries.
    """
    if stop.mode not in (Mode.REFUSE, Mode.HANDOFF) or stop.in_flight == InFlight.NEW_ONLY or stop.admits:
        return None
    if stop.scope in COUNTED:
        return _of_minutes(calls, since)
    return _of_calls(stop, calls, max(since, at - CALLS_OF)) if stop.scope in BY_CALL else None


def _of_minutes(calls: Q, since: datetime) -> Aftermath:
    """Of full minutes: in the one of the stop itself calls were still allowed."""
    minutes = MinuteTraffic.objects.filter(calls, minute__gt=since)
    counted = minutes.aggregate(answered=Sum(F("calls") - F("stopped")), refused=Sum("stopped"))
    return Aftermath(counted["refused"] or 0, counted["answered"] or 0)


def _of_calls(stop: Stop, calls: Q, since: datetime) -> Aftermath:
    """A call that was let through begins after it; one that another model answered is not of this one."""
    found = Call.objects.since(since)
    refused = found.filter(outcome=Outcome.STOPPED, stop_id=stop.pk)
    return Aftermath(refused.count(), found.filter(calls, outcome=Outcome.OK).count())
