"""What can be wrong with a gateway process, in words for people. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """Names nobody: doors that ask for no key say it too."""

    NOT_READY = "not ready: no snapshot was read yet"
    NO_DATABASE = "PostgreSQL does not answer: what is known stays in force, nothing is lifted"
    NO_PUSHES = "no pushes from Redis: a stop takes up to 1.5 s; hard budgets refuse calls while Redis is away"
    HELD = "stops that PostgreSQL does not know are in force here, of broken glass or a restored backup: see aiops held"
    HELD_MEANWHILE = "stops that PostgreSQL has not taken in are in force here: aiops held lists them once it answers"
    GLASS = "a file in the folder of broken glass is no order and stops nothing: the log says which"
    OLD_CONFIG = "the newest configuration is not in force here: the log says why"
    OLD_SNAPSHOTS = "the snapshots are old"
    NO_DISK = "the journal cannot be brought to the disk"
    JOURNAL_FULL = "the journal is full: calls are refused"


# After `HELD`: those that wait are told once others are decided about.
_LISTED: Final = re.compile(re.escape(f"{Fault.HELD}; ") + r"\d+ of \d+ are listed")
_PARTLY: Final = "a part of the configuration is not in force here: the log says which"
_KNOWN: Final = frozenset(map(str, Fault))


def held_beyond(shown: int, total: int) -> str:
    return f"{Fault.HELD}; {shown} of {total} are listed"


def told_openly(faults: Iterable[str]) -> list[str]:
    """For whoever asks without a key: a fault of the configuration names providers, models and prompts."""
    said = [fault if fault in _KNOWN or _LISTED.fullmatch(fault) else _PARTLY for fault in faults]
    return list(dict.fromkeys(said))
