"""What somebody stopped by breaking the glass, as its file keeps it. Pure."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Self

import orjson

from aiops.lib import uuid7
from killswitch.guard import ActiveStop
from killswitch.wire import from_wire, text, to_wire

LONGEST_NOTE: Final = 2000
_LONGEST_NAME: Final = 200


class Unreadable(Exception):
    """A file that is no order."""


@dataclass(frozen=True, slots=True)
class GlassOrder:
    stop: ActiveStop
    note: str
    # `user@host` of whoever broke it.
    by: str
    at: datetime

    def as_json(self) -> bytes:
        facts = {"stop": to_wire(self.stop), "note": self.note, "by": self.by, "at": self.at.isoformat()}
        return orjson.dumps(facts, option=orjson.OPT_INDENT_2)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Raises Unreadable."""
        try:
            kept = orjson.loads(data)
            at = datetime.fromisoformat(kept["at"]).astimezone(UTC)
            # It only stops: a share that passes is for rules.
            stop = replace(from_wire(kept["stop"]), admits=0)
            # Pages tell by the id since when it holds.
            uuid7.time_of(stop.id)
            return cls(stop, text(kept, "note", LONGEST_NOTE), text(kept, "by", _LONGEST_NAME), at)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as fault:
            raise Unreadable(f"{fault} is missing" if isinstance(fault, KeyError) else str(fault)) from fault
