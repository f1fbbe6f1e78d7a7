"""The recorder's life: one at a time on a folder, on and on, through outages, until it is told to stop."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psycopg
from django.db import Error, connection

from costs.heartbeat import Heartbeat
from costs.recorder.recorder import LINES_AT_ONCE, Recorder
from costs.recorder.stopping import Stop

log = logging.getLogger("costs.recorder")

_BATCH_SECONDS: Final = 0.1
_LONGEST_WAIT: Final = 5.0
_BEAT_EVERY: Final = timedelta(seconds=1)
LOCK: Final = "recorder.lock"
# The database's troubles and the disk's: they pass, and the journal keeps everything meanwhile.
_PASSING: Final = (Error, psycopg.Error, OSError)


class Loop:
    def __init__(self, home: Path, stop: Stop) -> None:
        self._home = home
        self._folder = home / "journal"
        self._stop = stop
        self._recorder = Recorder(self._folder)
        self._started_at = datetime.now(UTC)
        self._beaten_at: datetime | None = None
        self._fault = ""
        self._failures = 0

    def run(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(self._folder / LOCK, self._stop) as alone:
            if alone:
                self._record_until_stopped()

    def _record_until_stopped(self) -> None:
        log.info("recorder.began journal=%s", self._folder)
        while True:
            # Before the step: what was there when it was told to stop is still recorded.
            stopping = self._stop.is_set()
            lines = self._step()
            self._beat()
            if stopping and (not lines or self._fault):
                break
            if not stopping:
                self._rest(lines)
        log.info("recorder.ended calls=%d", self._recorder.calls)

    def _step(self) -> int:
        try:
            lines = self._recorder.step()
        except _PASSING as fault:
            self._note(fault)
            return 0
        if self._fault:
            log.warning("recorder.recovered after %d tries", self._failures)
            self._fault, self._failures, self._beaten_at = "", 0, None
        return lines

    def _note(self, fault: Exception) -> None:
        # What was read and not committed is read again.
        connection.close()
        self._failures += 1
        if not self._fault:
            self._fault, self._beaten_at = f"{type(fault).__name__}: {fault}".strip(), None
            log.error("recorder.waits %s", self._fault)

    def _rest(self, lines: int) -> None:
        if self._fault:
            self._stop.wait(min(_BATCH_SECONDS * 2 ** min(self._failures, 10), _LONGEST_WAIT))
        elif lines < LINES_AT_ONCE:
            self._stop.wait(_BATCH_SECONDS)

    def _beat(self) -> None:
        now = datetime.now(UTC)
        if self._beaten_at is not None and now - self._beaten_at < _BEAT_EVERY:
            return
        self._beaten_at = now
        beat = Heartbeat(
            at=now,
            pid=os.getpid(),
            started_at=self._started_at,
            backlog_bytes=self._recorder.backlog_bytes(),
            last_commit_at=self._recorder.last_commit_at,
            calls=self._recorder.calls,
            dead_letters=self._recorder.dead_letters,
            fault=self._fault,
        )
        try:
            beat.write(self._home)
        except OSError as fault:
            log.warning("recorder.heartbeat %s", fault)


@contextmanager
def _alone(path: Path, stop: Stop) -> Iterator[bool]:
    """Wait for the folder to be ours; the kernel frees it when its recorder ends, however it ends."""
    with path.open("a") as file:
        yield _lock(file.fileno(), stop)


def _lock(descriptor: int, stop: Stop) -> bool:
    waits = False
    while not stop.is_set():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not waits:
                log.warning("recorder.waits another one is at work on this folder")
            waits = True
            stop.wait(0.2)
        else:
            return True
    return False
