"""Reading the journals of all gateway processes onward, and knowing which calls are open. Touches no database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Self

from costs import segments
from costs.records import BadRecord
from costs.rows import Letter, Row, row_of
from costs.segments import Segment

_OPENED: Final = b'{"v":1,"opened":["'
_ID: Final = slice(len(_OPENED), len(_OPENED) + 36)


class Position(NamedTuple):
    """`offset`: recorded up to here; `low_water`: where the oldest call begins that is still open."""

    offset: int = 0
    low_water: int = 0


class Opening(NamedTuple):
    """An `opened` line and where it stands."""

    file: str
    offset: int
    line: bytes


@dataclass(slots=True)
class Batch:
    """What was read and is to be committed together; until then the tail stands where it stood."""

    rows: list[Row] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    opened: dict[str, Opening] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    # Up to where each file was read.
    read: dict[str, int] = field(default_factory=dict)
    lines: int = 0

    def take(self, line: bytes, file: str, offset: int, *, is_recorded: bool = False) -> None:
        """One line; of one that is recorded only what it says about open calls is news."""
        self.lines += 1
        if line.startswith(_OPENED):
            self.opened[line[_ID].decode(errors="replace")] = Opening(file, offset, line)
            return
        try:
            row = row_of(line, file, offset)
        except BadRecord as fault:
            if not is_recorded:
                self.letters.append(Letter(file, offset, line, str(fault)))
            return
        self.closed.add(row.values[0])
        if not is_recorded:
            self.rows.append(row)


@dataclass(slots=True)
class File:
    """One segment as far as it was read; what lies before `recorded` is in the database already."""

    segment: Segment
    name: str
    offset: int
    recorded: int

    @classmethod
    def begin(cls, segment: Segment, position: Position) -> Self:
        return cls(segment, segment.path.name, position.low_water, position.offset)

    def has_more(self) -> bool:
        return bool(self.segment.read(self.offset))


class Journals:
    """All segments of one folder, from where the positions say they were recorded to."""

    def __init__(self, folder: Path, positions: Mapping[str, Position]) -> None:
        self._folder = folder
        self._positions = dict(positions)
        self._files: dict[str, File] = {}
        self._open: dict[str, Opening] = {}
        self._turn = 0

    def look(self) -> None:
        """Notice new segments."""
        for segment in segments.all_of(self._folder):
            name = segment.path.name
            if name not in self._files:
                self._files[name] = File.begin(segment, self._positions.get(name, Position()))

    def read(self, *, at_most: int, after: Batch | None = None) -> Batch:
        """What comes next; with `after`, what will come once that batch is committed."""
        batch = Batch()
        reached = after.read if after else {}
        for file in self._in_turn():
            if batch.lines < at_most:
                self._read_file(file, reached.get(file.name, file.offset), batch, at_most)
        return batch

    def read_remains(self, process_id: str) -> Batch:
        """Of a process that is gone: what lies behind its last whole line."""
        batch = Batch()
        for file in self.files_of(process_id):
            for offset, piece in file.segment.remains(file.offset):
                batch.take(piece, file.name, offset)
        return batch

    def moves(self, batch: Batch) -> dict[str, Position]:
        """The positions that the batch changes."""
        still_open = self._still_open(batch)
        lowest: dict[str, int] = {}
        for name, offset, _ in still_open.values():
            lowest[name] = min(offset, lowest.get(name, offset))
        positions = {}
        for name, file in self._files.items():
            offset = max(file.recorded, batch.read.get(name, 0))
            positions[name] = Position(offset, min(offset, lowest.get(name, offset)))
        return {name: position for name, position in positions.items() if position != self._positions.get(name)}

    def committed(self, batch: Batch, moves: Mapping[str, Position]) -> None:
        """It is in the database: go on from its end."""
        self._open = self._still_open(batch)
        self._positions.update(moves)
        for name, offset in batch.read.items():
            file = self._files[name]
            file.offset, file.recorded = offset, max(file.recorded, offset)

    def processes(self) -> list[str]:
        return sorted({file.segment.process_id for file in self._files.values()})

    def files_of(self, process_id: str) -> list[File]:
        files = (file for file in self._files.values() if file.segment.process_id == process_id)
        return sorted(files, key=lambda file: file.segment)

    def open_in(self, files: Collection[str], batch: Batch) -> list[Opening]:
        """Calls opened there that had not finished when the batch was read."""
        return [opening for opening in self._still_open(batch).values() if opening.file in files]

    def forget(self, names: Collection[str]) -> None:
        for name in names:
            self._files.pop(name, None)
            self._positions.pop(name, None)
        self._open = {call: opening for call, opening in self._open.items() if opening.file not in names}

    def backlog_bytes(self) -> int:
        return sum(max(0, file.segment.written() - file.recorded) for file in self._files.values())

    def _in_turn(self) -> list[File]:
        """Each process's segments in order, another process first every time: a busy one must not starve the others."""
        processes = self.processes()
        self._turn += 1
        first = self._turn % len(processes) if processes else 0
        return [file for each in processes[first:] + processes[:first] for file in self.files_of(each)]

    def _still_open(self, batch: Batch) -> dict[str, Opening]:
        # A call that was carried into a newer segment is open there, not where it began.
        known = self._open | batch.opened
        return {call: opening for call, opening in known.items() if call not in batch.closed}

    def _read_file(self, file: File, begin: int, batch: Batch, at_most: int) -> None:
        offset = begin
        for line in file.segment.read(begin).split(b"\n")[:-1]:
            if batch.lines >= at_most:
                break
            batch.take(line, file.name, offset, is_recorded=offset < file.recorded)
            offset += len(line) + 1
        if offset != begin:
            batch.read[file.name] = offset
