"""A change of a switch, as pages tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from killswitch.models import Stop, StopEvent

_LABELS: Final[Mapping[str, str]] = {
    StopEvent.Kind.MADE: "Off",
    StopEvent.Kind.JOINED: "Off",
    StopEvent.Kind.LIFTED: "On",
    StopEvent.Kind.EXPIRED: "On",
    StopEvent.Kind.REVIEWED: "Reviewed",
    StopEvent.Kind.ADMITTED: "Trying again",
}
_DID: Final[Mapping[str, str]] = {
    "Off": "turned off",
    "On": "turned on",
    "Note": "added a note on",
    "Reviewed": "reviewed the stop of",
    "Trying again": "let some calls through to",
}


@dataclass(frozen=True, slots=True)
class Change:
    event: StopEvent

    @property
    def is_off(self) -> bool:
        return self.event.kind in {StopEvent.Kind.MADE, StopEvent.Kind.JOINED}

    @property
    def is_note(self) -> bool:
        """Somebody said something about it, and changed nothing."""
        return self.event.is_note

    @property
    def is_planned(self) -> bool:
        return "planned_for" in self.event.evidence

    @property
    def label(self) -> str:
        return "Note" if self.is_note else _LABELS[self.event.kind]

    @property
    def did(self) -> str:
        return _DID[self.label]

    @property
    def reason(self) -> str:
        """What was given with this change; the stop's own may be another by now."""
        return Stop.Reason(self.event.reason).label

    @property
    def why(self) -> str:
        match self.event.kind:
            case StopEvent.Kind.EXPIRED:
                return "its time was over"
            case StopEvent.Kind.ADMITTED:
                return f"{self.event.after.get('admits', 0)}% pass"
            case StopEvent.Kind.REVIEWED:
                return f"stopped for {self.reason.lower()}"
        return self.reason if self.is_off else f"was off for {self.reason.lower()}"
