"""What a watcher keeps current, for whom, and how well it does."""

import asyncio
import os
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID, uuid4


class Watched(Protocol):
    """A snapshot that the watcher keeps current."""

    @property
    def number(self) -> int: ...

    @property
    def mark(self) -> UUID:
        """Of the revision that was read: two databases may reach the same number, but not with the same mark."""

    async def reload(self) -> int:
        """Read the whole of it from PostgreSQL and swap; how many calls that cut."""

    def push(self, message: dict[str, Any]) -> int:
        """Take in what was pushed, if it is newer; how many calls that cut."""


def is_behind(watched: Watched, current: tuple[int, UUID]) -> bool:
    """Any difference: a database that was restored counts from a lower number."""
    return (watched.number, watched.mark) != current


@dataclass(slots=True)
class Identity:
    kind: str
    name: str
    id: UUID = field(default_factory=uuid4)
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(slots=True)
class Health:
    """What the process can say about how current it is; times on the monotonic clock."""

    compared_at: float = float("-inf")
    push_works: bool = False
    # Until found otherwise, so that the first failure is told, once.
    database_works: bool = True
    # Why the last comparison failed; empty after one that did not.
    database_fault: str = ""
    open_calls: int = 0
    # Why the newest configuration is not in force here; empty when it is. For the log alone: drivers name hosts.
    config_fault: str = ""

    def age(self) -> float:
        """Seconds since the snapshots were last known to be current."""
        return asyncio.get_running_loop().time() - self.compared_at
