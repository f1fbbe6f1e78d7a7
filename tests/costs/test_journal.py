import fcntl
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from costs import segments
from costs.journal import Journal, JournalFull
from costs.records import LONGEST_LINE, Finished, Opened, parse
from costs.segments import Segment
from tests.costs.factories import append, make_finished, make_opened, make_stopped, write_journal

SMALL = 256 << 10
MINUTE = timedelta(minutes=1)


def _segments(folder: Path) -> list[Segment]:
    return segments.all_of(folder)


def _lines(folder: Path) -> list[bytes]:
    return [line for segment in _segments(folder) for line in segment.read(0).splitlines()]


def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    one, two = make_opened(), make_opened()
    records: list[Opened | Finished] = [one, two, make_finished(two), make_finished(one)]
    write_journal(tmp_path, *records).close()
    assert [parse(line) for line in _lines(tmp_path)] == records


def test_a_segment_is_allocated_before_its_first_line(tmp_path: Path) -> None:
    journal = write_journal(tmp_path, make_opened(), segment_bytes=SMALL)
    (segment,) = _segments(tmp_path)
    assert segment.path.name == "p1.000001.jsonl"
    assert segment.size() == SMALL
    assert segment.path.stat().st_blocks * 512 >= SMALL
    assert segment.written() == len(segment.read(0))
    journal.close()


def test_a_full_segment_is_followed_by_the_next(tmp_path: Path) -> None:
    calls = [make_opened() for _ in range(1000)]
    journal = write_journal(tmp_path, segment_bytes=SMALL)
    append(journal, (record for call in calls for record in (call, make_finished(call))))
    journal.close()
    assert [segment.number for segment in _segments(tmp_path)] == [1, 2, 3]
    finished = [line for line in _lines(tmp_path) if b'"finished"' in line]
    assert [parse(line) for line in finished] == [make_finished(call) for call in calls]


def test_open_calls_move_along_into_the_next_segment(tmp_path: Path) -> None:
    lasting, short = make_opened(), [make_opened() for _ in range(400)]
    journal = write_journal(tmp_path, lasting, segment_bytes=SMALL)
    append(journal, (record for call in short for record in (call, make_finished(call))))
    _, second = _segments(tmp_path)
    assert parse(second.read(0).splitlines()[0]) == lasting
    journal.finished(make_finished(lasting))
    assert parse(second.read(0).splitlines()[-1]) == make_finished(lasting)
    assert journal.open_calls == 0
    journal.close()


def test_a_living_process_holds_its_newest_segment_and_lets_go_of_full_ones(tmp_path: Path) -> None:
    calls = [make_opened() for _ in range(600)]
    journal = write_journal(tmp_path, segment_bytes=SMALL)
    append(journal, (record for call in calls for record in (call, make_finished(call))))
    assert [segment.is_locked() for segment in _segments(tmp_path)] == [False, True]
    assert segments.is_alive(tmp_path, "p1")
    journal.close()
    assert not segments.is_alive(tmp_path, "p1")


def test_two_processes_write_side_by_side(tmp_path: Path) -> None:
    one = write_journal(tmp_path, make_opened(), process_id="p1")
    two = write_journal(tmp_path, make_opened(), process_id="p.2")
    one.close()
    assert not segments.is_alive(tmp_path, "p1")
    assert segments.is_alive(tmp_path, "p.2")
    two.close()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _fill(journal: Journal) -> None:
    for _ in range(20_000):
        call = make_opened()
        journal.opened(call)
        journal.finished(make_finished(call))
    raise AssertionError("it never filled up")


def test_past_the_cap_calls_are_refused_until_the_recorder_takes_segments_away(tmp_path: Path) -> None:
    clock = Clock()
    journal = Journal(tmp_path, "p1", max_bytes=4 * SMALL, clock=clock)
    with pytest.raises(JournalFull) as refused:
        _fill(journal)
    assert (refused.value.status, refused.value.code) == (503, "journal_full")
    assert "aiops doctor" in refused.value.detail
    assert journal.unrecorded_bytes() == 4 * SMALL
    journal.sync()
    _segments(tmp_path)[0].path.unlink()
    clock.now += 1
    append(journal, [make_opened()])
    assert len(_segments(tmp_path)) == 4
    journal.close()


def test_calls_that_are_open_can_always_be_finished(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "p1", max_bytes=4 * SMALL)
    calls = [make_opened() for _ in range(5)]
    append(journal, calls)
    with pytest.raises(JournalFull):
        _fill(journal)
    endings = [make_finished(call, finish_reason="é" * LONGEST_LINE) for call in calls]
    append(journal, endings)
    assert journal.open_calls == 0
    journal.close()


def test_a_full_disk_refuses_new_calls_and_tears_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = make_opened()
    journal = write_journal(tmp_path, call, segment_bytes=SMALL)
    monkeypatch.setattr(os, "posix_fallocate", _no_space)
    with pytest.raises(JournalFull):
        _fill(journal)
    journal.finished(make_finished(call))
    assert [path.name for path in tmp_path.iterdir()] == ["p1.000001.jsonl"]
    assert parse(_lines(tmp_path)[-1]) == make_finished(call)
    journal.close()


def test_a_process_that_finds_the_disk_full_begins_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    journal = Journal(tmp_path, "p1", clock=clock)
    with monkeypatch.context() as full:
        full.setattr(os, "posix_fallocate", _no_space)
        with pytest.raises(JournalFull):
            journal.opened(make_opened())
    # Not asked again at once: every refused call would try.
    with pytest.raises(JournalFull):
        journal.opened(make_opened())
    clock.now += 1
    append(journal, [make_opened()])
    journal.close()


def _no_space(file: int, offset: int, size: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_call_that_asked_no_provider_has_one_line_and_may_be_refused(tmp_path: Path) -> None:
    journal = write_journal(tmp_path, make_stopped(), max_bytes=4 * SMALL)
    assert len(_lines(tmp_path)) == 1
    with pytest.raises(JournalFull):
        _fill(journal)
    with pytest.raises(JournalFull):
        append(journal, (make_stopped() for _ in range(1000)))
    journal.close()


def test_a_torn_end_is_not_read_and_the_next_line_goes_over_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = write_journal(tmp_path, make_opened())
    whole, pwrite = _lines(tmp_path), os.pwrite
    with monkeypatch.context() as torn:
        torn.setattr(os, "pwrite", lambda file, data, offset: pwrite(file, data[:30], offset))
        with pytest.raises(OSError, match="only a part"):
            journal.opened(make_opened())
    assert _lines(tmp_path) == whole
    assert journal.open_calls == 1
    after = make_opened()
    append(journal, [after])
    assert [parse(line) for line in _lines(tmp_path)[1:]] == [after]
    journal.close()


def test_a_reader_stops_before_the_first_nul(tmp_path: Path) -> None:
    path = tmp_path / "p1.000001.jsonl"
    path.write_bytes(b"one\ntwo\nthr\0\0ee\n\0\0\0")
    segment = _segments(tmp_path)[0]
    assert segment.read(0) == b"one\ntwo\n"
    assert segment.read(4) == b"two\n"
    assert segment.remains(8) == [(8, b"thr"), (13, b"ee")]


@pytest.mark.parametrize("name", ["recorder.lock", "p1.jsonl", "p1.000002.new", "p1.12.jsonl", ".000001.jsonl"])
def test_other_files_in_the_folder_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert _segments(tmp_path) == []


WRITER = """
import sys
from pathlib import Path
from tests.costs.factories import make_opened, make_finished
from costs.journal import Journal
journal = Journal(Path(sys.argv[1]), "killed", segment_bytes=256 << 10)
while True:
    call = make_opened()
    journal.opened(call)
    print(call.id, flush=True)
    journal.finished(make_finished(call))
"""


def test_a_writer_killed_at_any_instant_leaves_whole_lines_and_frees_its_lock(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = [writer.stdout.readline().strip() for _ in range(3000)]
    assert segments.is_alive(tmp_path, "killed")
    writer.send_signal(signal.SIGKILL)
    said += writer.stdout.read().split()
    writer.wait()
    writer.stdout.close()
    assert not segments.is_alive(tmp_path, "killed")
    opened = [str(parse(line)[0]) for line in _lines(tmp_path) if line.startswith(b'{"v":1,"opened"')]
    # All that it had said was there before it said so.
    assert [call for call in said if len(call) == 36 and call not in set(opened)] == []


def test_what_a_process_began_and_never_used_is_swept_away(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    begun = [_begin(tmp_path, "old", now - 2 * MINUTE), _begin(tmp_path, "young", now), _begin(tmp_path, "held", now)]
    with begun[2].open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.utime(begun[2], ((now - 2 * MINUTE).timestamp(),) * 2)
        segments.sweep(tmp_path, at=now)
    assert [path.exists() for path in begun] == [False, True, True]


def _begin(folder: Path, process_id: str, at: datetime) -> Path:
    path = folder / f"{process_id}.000001.new"
    path.write_bytes(b"")
    os.utime(path, (at.timestamp(),) * 2)
    return path
