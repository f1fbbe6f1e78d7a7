"""How the recorder is, in a file that health checks and the doctor can read whatever else is down."""

import os
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

NAME: Final = "recorder.json"
# Written once a second; silent for longer, it is gone or stuck.
SILENT: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    at: datetime
    pid: int
    started_at: datetime
    # Journal bytes that are not in PostgreSQL yet.
    backlog_bytes: int
    last_commit_at: datetime | None = None
    # Since it started.
    calls: int = 0
    dead_letters: int = 0
    # Why it cannot record just now; empty when it can.
    fault: str = ""

    def is_well(self, *, at: datetime) -> bool:
        return not self.fault and at - self.at < SILENT

    def write(self, home: Path) -> None:
        fresh = home / f"{NAME}.new"
        fresh.write_bytes(orjson.dumps(asdict(self)))
        os.replace(fresh, home / NAME)


def read(home: Path) -> Heartbeat | None:
    """None when no recorder has run here, or another's file lies in its place."""
    try:
        stored: dict[str, Any] = orjson.loads((home / NAME).read_bytes())
        times = {name: _moment(stored[name]) for name in ("at", "started_at", "last_commit_at")}
        return Heartbeat(**{item.name: stored[item.name] for item in fields(Heartbeat)} | times)
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
