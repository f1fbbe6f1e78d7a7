"""What is known of one change of the switches: who confirmed it, what it cut, what was called after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from costs.aftermath import BY_CALL, CALLS_OF, Aftermath, aftermath, quiet_since
from killswitch.calls import are_told_apart, calls_of
from killswitch.confirmations import ALARM, Confirmations, confirmations
from killswitch.models import Stop, StopEvent
from killswitch.views.changes import Change

# When a call began is by its gateway's clock, which may be ahead of the database's by so much.
_CLOCKS: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Proof:
    event: StopEvent
    confirmations: Confirmations
    aftermath: Aftermath | None
    at: datetime
    # Who else turned it off since, or said something about it, the last of them first.
    joins: Sequence[Change] = ()
    # That which has to be confirmed, where it is not the first.
    last: StopEvent | None = None
    # What is off all the same of something that is back on, as the end of a sentence.
    but: str = ""

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
        return not self.is_settled and self.at - (self.last or self.event).recorded_at > ALARM

    @property
    def alarms(self) -> bool:
        return self.is_late or self.leaks

    @property
    def leaks(self) -> bool:
        return self.aftermath is not None and self.aftermath.answered > 0

    @property
    def quiet_since(self) -> datetime:
        since = quiet_since(self.last or self.event, self.confirmations)
        return since + _CLOCKS if self.stop.scope in BY_CALL else since

    @property
    def watched_since(self) -> datetime:
        """From when on calls were looked for."""
        return max(self.quiet_since, self.at - CALLS_OF) if self.stop.scope in BY_CALL else self.quiet_since


def prove(
    event: StopEvent, *, last: StopEvent | None = None, joins: Sequence[Change] = (), but: str = "", at: datetime
) -> Proof:  # fmt: skip
    """`last`: the change that has to be confirmed by now, when a later one made the stop stricter."""
    found = confirmations((last or event).revision, at=at).shown()
    proof = Proof(event, found, None, at, joins, last, but)
    if not proof.is_off or not found.complete or not are_told_apart(event.stop):
        return proof
    return replace(proof, aftermath=aftermath(event.stop, calls_of(event.stop), proof.quiet_since, at=at))
