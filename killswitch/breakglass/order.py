"""What somebody stopped by breaking the glass, as its file keeps it. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import orjson

from killswitch.guard import ActiveStop
from killswitch.wire import from_wire, to_wire


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
            return cls(from_wire(kept["stop"]), str(kept["note"]), str(kept["by"]), at)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise Unreadable(f"{type(fault).__name__}: {fault}") from fault
