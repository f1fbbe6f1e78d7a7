"""A state as pages show it: its shape's kind, and a word."""

from dataclasses import dataclass
from typing import Final

from integrations.faults import Health
from integrations.models import Connection, LedgerEntry

State = LedgerEntry.State
_STATES: Final = {
    State.PLANNED: "plain",
    State.WAITING: "warn",
    State.SENDING: "plain",
    State.DONE: "ok",
    State.FAILED: "bad",
    State.UNKNOWN: "warn",
    State.DECLINED: "held",
    State.UNDONE: "held",
}
_HEALTH: Final = {
    Health.UNKNOWN: ("plain", "Not tested"),
    Health.OK: ("ok", "Answers"),
    Health.UNREACHABLE: ("bad", "Unreachable"),
    Health.WRONG_KEY: ("bad", "Wrong key"),
    Health.WRONG_DATABASE: ("bad", "Wrong database"),
    Health.WRONG_USER: ("bad", "Wrong user"),
    Health.NO_RIGHTS: ("bad", "No rights"),
    Health.FAULTY: ("bad", "Faulty"),
}


@dataclass(frozen=True, slots=True)
class Pill:
    tone: str
    word: str


def of_entry(entry: LedgerEntry) -> Pill:
    return Pill(_STATES[State(entry.state)], entry.get_state_display())


def of_connection(connection: Connection) -> Pill:
    return Pill(*_HEALTH[Health(connection.health)]) if connection.is_enabled else Pill("held", "Off")
