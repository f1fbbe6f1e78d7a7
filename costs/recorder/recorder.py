"""Brings the journals of one folder into PostgreSQL, batch by batch."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.db import connection

from costs import recording, segments
from costs.models import DeadLetter, JournalPosition, PriceVersion
from costs.recorder.interruption import interrupted
from costs.recorder.tail import Batch, File, Journals, Opening, Position
from costs.recording import Written
from costs.records import BadRecord, Opened, parse
from costs.rows import Letter, Row, row_of
from tenants.scope import ALL, scope

log = logging.getLogger("costs.recorder")

# Two lines a call.
LINES_AT_ONCE: Final = 2 * recording.AT_ONCE
_TIDY_EVERY: Final = 1.0
_KEEP_POSITIONS: Final = """
INSERT INTO costs_journalposition (file, "offset", low_water)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
ON CONFLICT (file) DO UPDATE SET "offset" = excluded."offset", low_water = excluded.low_water
"""


def now() -> datetime:
    return datetime.now(UTC)


class Recorder:
    """Killed at any instant it loses and doubles nothing: calls, roll-ups and positions are one transaction."""

    def __init__(
        self, folder: Path, *, wall: Callable[[], datetime] = now, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.calls = self.dead_letters = 0
        self.last_commit_at: datetime | None = None
        self._journals: Journals | None = None
        self._folder = folder
        self._wall = wall
        self._clock = clock
        self._tidied = float("-inf")
        self._days: set[int] = set()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
        self._ahead: Batch | None = None

    def step(self) -> int:
        """Record one batch and take away what is done with; how many lines were read."""
        journals = self._journals = self._journals or self._begin()
        journals.look()
        batch, self._ahead = self._ahead or journals.read(at_most=LINES_AT_ONCE), None
        if batch.lines < LINES_AT_ONCE:
            self._commit(journals, batch)
        else:
            self._commit_and_read_ahead(journals, batch)
        if self._clock() - self._tidied >= _TIDY_EVERY:
            self.tidy()
        return batch.lines

    def tidy(self) -> None:
        """Take away segments that are recorded, and close what dead processes left open."""
        journals = self._journals = self._journals or self._begin()
        for process_id in journals.processes():
            # In this order: what a process wrote until it died is there once it is seen to be dead.
            is_alive = segments.is_alive(self._folder, process_id)
            journals.look()
            files = journals.files_of(process_id)
            if is_alive:
                self._take_away_full(journals, files)
            elif not any(file.has_more() for file in files):
                self._close_down(journals, process_id, files)
        segments.sweep(self._folder, at=self._wall())
        self._tidied = self._clock()

    def backlog_bytes(self) -> int:
        return self._journals.backlog_bytes() if self._journals else segments.backlog_bytes(self._folder)

    def _begin(self) -> Journals:
        rows = JournalPosition.objects.values_list("file", "offset", "low_water")
        return Journals(self._folder, {file: Position(offset, low_water) for file, offset, low_water in rows})

    def _commit_and_read_ahead(self, journals: Journals, batch: Batch) -> None:
        """There is more than one batch: read the next one while PostgreSQL is busy with this one."""
        ahead = self._reader.submit(journals.read, at_most=LINES_AT_ONCE, after=batch)
        try:
            self._commit(journals, batch)
        finally:
            following = ahead.result()
        self._ahead = following if following.lines else None

    def _commit(self, journals: Journals, batch: Batch) -> None:
        if not batch.lines:
            return
        moves = journals.moves(batch)
        self._write(batch.rows, batch.letters, lambda: _keep(moves))
        journals.committed(batch, moves)

    def _take_away_full(self, journals: Journals, files: Sequence[File]) -> None:
        """Of a living process. What was open in them is open in the next one by now, or its end could not be read."""
        done = [file for file, newer in pairwise(files) if _is_done(journals, file, newer)]
        if done:
            self._close(journals, done, Batch())

    def _close_down(self, journals: Journals, process_id: str, files: Sequence[File]) -> None:
        interrupted_calls = self._close(journals, files, journals.read_remains(process_id))
        log.info("journal.closed process=%s interrupted=%d", process_id, interrupted_calls)

    def _close(self, journals: Journals, files: Sequence[File], remains: Batch) -> int:
        """Nothing more will come from these files: end what is open in them, and take them away."""
        names = {file.name for file in files}
        rows, letters = _endings(journals.open_in(names, remains))
        forget = JournalPosition.objects.filter(file__in=names).delete
        self._write([*remains.rows, *rows], [*remains.letters, *letters], forget)
        # After the commit: a file that outlives its position is read again, and changes nothing.
        for file in files:
            file.segment.path.unlink(missing_ok=True)
        journals.forget(names)
        return len(rows)

    def _write(self, rows: Sequence[Row], letters: Sequence[Letter], move: Callable[[], object]) -> None:
        at = self._wall()
        recording.make_days(rows, at=at, known=self._days)
        with scope(ALL):
            written = recording.write(rows, at=at)
            _bury([*letters, *written.letters], at=at)
            move()
        self._count(written, len(letters))

    def _count(self, written: Written, unreadable: int) -> None:
        if written.new:
            self.last_commit_at = self._wall()
        self.calls += written.new
        self.dead_letters += unreadable + len(written.letters)


def _is_done(journals: Journals, file: File, newer: File) -> bool:
    if file.segment.is_locked() or file.has_more():
        return False
    return not journals.open_in({file.name}, Batch()) or not newer.has_more()


def _keep(moves: dict[str, Position]) -> None:
    with connection.cursor() as cursor:
        offsets, low_waters = ([position[part] for position in moves.values()] for part in (0, 1))
        cursor.execute(_KEEP_POSITIONS, [list(moves), offsets, low_waters])


def _bury(letters: Sequence[Letter], *, at: datetime) -> None:
    for letter in letters:
        log.error("call.unrecordable %s at %d: %s", letter.file, letter.offset, letter.fault)
    rows = [DeadLetter(**letter._asdict(), at=at) for letter in letters]
    DeadLetter.objects.bulk_create(rows, ignore_conflicts=True)


def _endings(openings: Sequence[Opening]) -> tuple[list[Row], list[Letter]]:
    """The calls that nobody will finish, priced by what they were going to be priced by."""
    calls, letters = _read(openings)
    versions = PriceVersion.objects.in_bulk({call.price_version for _, call in calls if call.price_version})
    rows = []
    for opening, call in calls:
        version = versions.get(call.price_version)
        ending = interrupted(call, version.as_price_list() if version else None)
        rows.append(row_of(ending.to_line(), opening.file, opening.offset))
    return rows, letters


def _read(openings: Sequence[Opening]) -> tuple[list[tuple[Opening, Opened]], list[Letter]]:
    calls, letters = [], []
    for opening in openings:
        try:
            record = parse(opening.line)
            if isinstance(record, Opened):
                calls.append((opening, record))
        except BadRecord as fault:
            letters.append(Letter(*opening, str(fault)))
    return calls, letters
