"""A change of a switch, as pages tell it."""

from dataclasses import dataclass

from killswitch.models import Stop, StopEvent


@dataclass(frozen=True, slots=True)
class Change:
    event: StopEvent

    @property
    def is_off(self) -> bool:
        return self.event.kind in {StopEvent.Kind.MADE, StopEvent.Kind.JOINED}

    @property
    def reason(self) -> str:
        """What was given with this change; the stop's own may be another by now."""
        return Stop.Reason(self.event.reason).label

    @property
    def why(self) -> str:
        if self.event.kind == StopEvent.Kind.EXPIRED:
            return "its time was over"
        return self.reason if self.is_off else f"was off for {self.reason.lower()}"
