"""The journal of one gateway process: two appended lines a call, which survive whatever happens to the process."""

import errno
import fcntl
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import UUID

from costs.records import LONGEST_LINE, Finished, Opened
from costs.segments import SUFFIX, all_of
from tenants.refusals import Refused

_SMALLEST_SEGMENT: Final = 256 << 10
_TRY_AGAIN_AFTER: Final = 0.5
_TOLD_FOR: Final = 10.0


class JournalFull(Refused):
    """A call that could not be recorded must not be made."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "journal_full"


class Journal:
    """Written by one thread; `sync` may run in another.

    A segment's bytes are allocated before its first line, so that a full disk cannot tear one. Each open call keeps
    room for its `finished`, and moves along with its `opened` line into the next segment: any older one may then go.
    """

    def __init__(
        self,
        folder: Path,
        process_id: str,
        *,
        segment_bytes: int = 16 << 20,
        max_bytes: int = 1 << 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._process_id = process_id
        # The cap counts whole segments: they must be small beside it.
        self._segment_bytes = min(segment_bytes, max(max_bytes // 4, _SMALLEST_SEGMENT))
        self._max_bytes = max_bytes
        self._clock = clock
        self._open: dict[UUID, bytes] = {}
        self._number = 0
        self._file = -1
        self._size = self._position = 0
        self._retired: list[int] = []
        self._rotating = Lock()
        self._refused_until = float("-inf")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def open_calls(self) -> int:
        return len(self._open)

    def opened(self, record: Opened) -> None:
        """Raises JournalFull when the call could not be recorded to its end."""
        line = record.to_line()
        self._make_room(len(line), calls=len(self._open) + 1)
        self._append(line)
        # A copy: as orjson made it, it holds on to 4 kB.
        self._open[record.id] = bytes(memoryview(line))

    def finished(self, record: Finished) -> None:
        """Always finds room when the call was opened; one that asked no provider has only this line, and may not."""
        line = record.to_line()
        if record.call.id not in self._open:
            self._make_room(len(line), calls=len(self._open))
        self._append(line)
        self._open.pop(record.call.id, None)

    @property
    def place(self) -> tuple[Path, int]:
        """The segment that is written now, and where its last line ends."""
        return self._path(self._number), self._position

    def sync(self) -> None:
        """Bring what was written to the disk; call it every second, in a thread."""
        with self._rotating:
            current, retired = self._file, list(self._retired)
        for file in retired:
            os.fdatasync(file)
            # Only now: one that could not be brought to the disk is tried again, and stays locked until it could.
            with self._rotating:
                self._retired.remove(file)
            # Lets go of the lock: the recorder may take the segment away.
            os.close(file)
        if current >= 0:
            os.fdatasync(current)

    def close(self) -> None:
        self.sync()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
            self._size = self._position = 0

    @property
    def is_refusing(self) -> bool:
        """Whether it lately had no room for a call, and has had none since."""
        return self._clock() < self._refused_until + _TOLD_FOR

    def unrecorded_bytes(self) -> int:
        """What the recorder has not taken away yet, in whole segments."""
        return sum(segment.size() for segment in all_of(self._folder) if segment.process_id == self._process_id)

    def _make_room(self, length: int, *, calls: int) -> None:
        if self._position + length + calls * LONGEST_LINE > self._size:
            self._rotate(length, calls)

    def _append(self, line: bytes) -> None:
        # A write that fails does not move on: the next one goes over it.
        _write(self._file, line, self._position)
        self._position += len(line)

    def _rotate(self, length: int, calls: int) -> None:
        now = self._clock()
        if now < self._refused_until:
            raise JournalFull(_WHY)
        carried = b"".join(self._open.values())
        size = max(self._segment_bytes, 2 * (len(carried) + length + calls * LONGEST_LINE))
        try:
            if self.unrecorded_bytes() + size > self._max_bytes:
                raise OSError(errno.EDQUOT, "AIOPS_JOURNAL_MAX_MB is reached")
            self._begin(size, carried)
        except OSError as fault:
            self._refused_until = now + _TRY_AGAIN_AFTER
            raise JournalFull(_WHY) from fault

    def _begin(self, size: int, carried: bytes) -> None:
        file = self._allocate(self._number + 1, size, carried)
        with self._rotating:
            if self._file >= 0:
                self._retired.append(self._file)
            self._file, self._size, self._position = file, size, len(carried)
            self._number += 1
        self._refused_until = float("-inf")

    def _path(self, number: int) -> Path:
        return self._folder / f"{self._process_id}.{number:06d}{SUFFIX}"

    def _allocate(self, number: int, size: int, carried: bytes) -> int:
        """Locked, whole and begun before it bears its name: a reader must never see it free."""
        path = self._path(number)
        fresh = path.with_suffix(".new")
        file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.posix_fallocate(file, 0, size)
            _write(file, carried, 0)
            fresh.rename(path)
        except OSError:
            os.close(file)
            fresh.unlink(missing_ok=True)
            raise
        return file


def _write(file: int, data: bytes, position: int) -> None:
    if os.pwrite(file, data, position) != len(data):
        raise OSError(errno.ENOSPC, "the journal took only a part of a line")


_WHY: Final = (
    "The journal of calls is full, and a call that cannot be recorded is not made. "
    "Free disk space, or see why the recorder is behind: aiops doctor."
)
