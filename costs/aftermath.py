"""What was called after a stop had been confirmed: refused as it should be, or answered all the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Sum

from costs.models import Call, MinuteTraffic
from costs.records import Outcome
from killswitch.confirmations import Confirmations
from killswitch.models import Stop, StopEvent
from killswitch.scopes import InFlight, Mode, Scope

# Of these minutes are kept; of the others calls are asked one by one.
_BY_MINUTE: Final = frozenset({Scope.GLOBAL, Scope.TENANT, Scope.FEATURE, Scope.TENANT_FEATURE})
# Days of single calls would be long to count.
CALLS_OF: Final = timedelta(hours=1)
_BY_CALL: Final[Mapping[str, Callable[[Stop], Mapping[str, object]]]] = {
    Scope.PROVIDER: lambda stop: {"provider": stop.subject},
    Scope.MODEL: lambda stop: {"model": stop.subject},
    Scope.USER: lambda stop: {"tenant": stop.tenant_id, "user_key": UUID(stop.subject)},
}


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Calls since every gateway confirmed: refused as they should be, or answered all the same."""

    refused: int
    answered: int


def quiet_since(event: StopEvent, found: Confirmations) -> datetime:
    """When the last gateway had applied it, and what was under way had to be over: from then on no call runs."""
    return event.at + timedelta(seconds=(found.seconds or 0) + event.stop.drain_seconds)


def aftermath(
    stop: Stop, since: datetime, *, of: Mapping[str, object] | None = None, at: datetime
) -> Aftermath | None:  # fmt: skip
    """As of `at`; of a provider, a model or a person at most of the last hour. `of`: how their calls are found.

    None where it is not known, or where calls may go on: of some modes, and while a rule tries.
    """
    if stop.mode not in (Mode.REFUSE, Mode.HANDOFF) or stop.in_flight == InFlight.NEW_ONLY or stop.admits:
        return None
    if stop.scope in _BY_MINUTE:
        return _of_minutes(stop, since)
    if stop.scope not in _BY_CALL:
        return None
    return _of_calls(stop, of or _BY_CALL[stop.scope](stop), max(since, at - CALLS_OF))


def _of_minutes(stop: Stop, since: datetime) -> Aftermath:
    """Of full minutes: in the one of the stop itself calls were still allowed."""
    minutes = MinuteTraffic.objects.filter(minute__gt=since)
    if stop.tenant_id:
        minutes = minutes.filter(tenant=stop.tenant_id)
    if stop.feature_id:
        minutes = minutes.filter(feature=stop.feature_id)
    counted = minutes.aggregate(answered=Sum(F("calls") - F("stopped")), refused=Sum("stopped"))
    return Aftermath(counted["refused"] or 0, counted["answered"] or 0)


def _of_calls(stop: Stop, of: Mapping[str, object], since: datetime) -> Aftermath:
    """A call that was let through begins after it; one that another model answered is not of this one."""
    calls = Call.objects.since(since)
    refused = calls.filter(outcome=Outcome.STOPPED, stop_id=stop.pk)
    return Aftermath(refused.count(), calls.filter(outcome=Outcome.OK, **of).count())
