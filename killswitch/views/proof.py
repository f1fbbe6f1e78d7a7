"""What is known of one change of the switches: who confirmed it, what it cut, what was called after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Sum

from costs.models import MinuteTraffic
from killswitch.confirmations import ALARM, Confirmations, confirmations
from killswitch.models import Stop, StopEvent
from killswitch.views.changes import Change


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Calls in the full minutes since every gateway confirmed: refused as they should be, or answered all the same."""

    refused: int
    answered: int


@dataclass(frozen=True, slots=True)
class Proof:
    event: StopEvent
    confirmations: Confirmations
    aftermath: Aftermath | None
    at: datetime
    # Who else turned it off since, the last of them first.
    joins: Sequence[Change] = ()

    @property
    def made(self) -> Change:
        return Change(self.event)

    @property
    def stop(self) -> Stop:
        return self.event.stop

    @property
    def is_off(self) -> bool:
        return self.stop.state == Stop.State.ACTIVE

    @property
    def is_settled(self) -> bool:
        """Nothing more will come: all have confirmed, or there is nobody to confirm."""
        return self.confirmations.complete or self.confirmations.total == 0

    @property
    def is_late(self) -> bool:
        return not self.is_settled and self.at - self.event.at > ALARM

    @property
    def alarms(self) -> bool:
        return self.is_late or self.leaks

    @property
    def leaks(self) -> bool:
        return self.aftermath is not None and self.aftermath.answered > 0

    @property
    def quiet_since(self) -> datetime:
        return quiet_since(self.event, self.confirmations)


def prove(event: StopEvent, *, joins: Sequence[Change] = (), at: datetime) -> Proof:
    found = confirmations(event.revision, at=at)
    is_watched = event.stop.state == Stop.State.ACTIVE and found.complete
    aftermath = _aftermath(event.stop, quiet_since(event, found)) if is_watched else None
    return Proof(event, found, aftermath, at, joins)


def quiet_since(event: StopEvent, found: Confirmations) -> datetime:
    """When the last gateway had applied it: from then on no call is let through."""
    return event.at + timedelta(seconds=found.seconds or 0)


def _aftermath(stop: Stop, since: datetime) -> Aftermath:
    minutes = MinuteTraffic.objects.filter(tenant=stop.tenant, minute__gt=since)
    if stop.feature_id:
        minutes = minutes.filter(feature=stop.feature_id)
    counted = minutes.aggregate(answered=Sum(F("calls") - F("stopped")), refused=Sum("stopped"))
    return Aftermath(counted["refused"] or 0, counted["answered"] or 0)
