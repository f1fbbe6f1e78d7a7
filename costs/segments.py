"""The journal's files as their readers see them: whose they are, whether their writer lives, what was written."""

import fcntl
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

SUFFIX: Final = ".jsonl"
_NAME: Final = re.compile(r"(?P<process_id>.+)\.(?P<number>\d{6,})\.jsonl")
# Mostly there is little; only when that much is full there may be more.
_GLANCE: Final = 64 << 10
_AT_ONCE: Final = 4 << 20
_BEGINNING_TAKES: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """`<process_id>.<number>.jsonl`: lines, then NUL bytes up to its preallocated size."""

    process_id: str
    number: int
    path: Path

    @classmethod
    def of(cls, path: Path) -> Self | None:
        match = _NAME.fullmatch(path.name)
        return cls(match["process_id"], int(match["number"]), path) if match else None

    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def age(self, *, at: datetime) -> timedelta:
        try:
            return at - datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return timedelta()

    def is_locked(self) -> bool:
        """Held by the process that writes it; the kernel lets go when that process ends, however it ends."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def read(self, offset: int) -> bytes:
        """Whole lines from `offset` on. Ends before the first NUL: what follows one is still being written."""
        with self.path.open("rb", buffering=0) as file:
            data = os.pread(file.fileno(), _GLANCE, offset)
            if b"\0" not in data and len(data) == _GLANCE:
                data += os.pread(file.fileno(), _AT_ONCE, offset + _GLANCE)
        end = data.find(b"\0")
        written = data if end < 0 else data[:end]
        return written[: written.rfind(b"\n") + 1]

    def remains(self, offset: int) -> list[tuple[int, bytes]]:
        """Past the whole lines of a writer that is gone: a torn end, and what a power cut left behind a gap."""
        rest = self.path.read_bytes()[offset:]
        return [(offset + match.start(), match[0]) for match in re.finditer(rb"[^\0\n]+", rest)]

    def written(self) -> int:
        """How many bytes hold lines: they lie before all of the NULs, so halving finds the border."""
        with self.path.open("rb", buffering=0) as file:
            low, high = 0, os.fstat(file.fileno()).st_size
            while low < high:
                middle = (low + high) // 2
                low, high = (low, middle) if os.pread(file.fileno(), 1, middle) == b"\0" else (middle + 1, high)
        return low


def all_of(folder: Path) -> list[Segment]:
    """Every segment there, by process, oldest first."""
    return sorted(filter(None, map(Segment.of, folder.glob(f"*{SUFFIX}"))))


def is_alive(folder: Path, process_id: str) -> bool:
    """Whether the process still writes.

    It locks a new segment before it lets go of the last one, so only a look that finds no newer one is the truth.
    """
    newest: Segment | None = None
    while True:
        found = [segment for segment in all_of(folder) if segment.process_id == process_id]
        if not found or found[-1] == newest:
            return False
        newest = found[-1]
        if newest.is_locked():
            return True


def sweep(folder: Path, *, at: datetime) -> None:
    """Remove segments that were begun by a process that did not live to use them."""
    for path in folder.glob("*.new"):
        begun = Segment("", 0, path)
        if begun.age(at=at) > _BEGINNING_TAKES and not begun.is_locked():
            path.unlink(missing_ok=True)


def backlog_bytes(folder: Path) -> int:
    """Everything there, recorded or not: for when nobody knows what is recorded."""
    return sum(segment.written() for segment in all_of(folder))
