"""Lines that are not calls, and rows that the database refuses: buried, and nothing else lost."""

from datetime import timedelta
from pathlib import Path

import pytest

from costs import segments
from costs.journal import Journal
from costs.models import Call, DeadLetter, JournalPosition
from costs.recorder.recorder import Recorder
from costs.records import Finished
from costs.usage import Usage
from tests.costs.factories import NOW, append, make_finished, make_opened, write_journal
from tests.costs.recording_world import outcomes, recorder_of

pytestmark = pytest.mark.usefixtures("operator")


def test_a_call_whose_end_cannot_be_read_holds_up_no_segment(
    journal: Journal, recorder: Recorder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt, short = make_opened(at=NOW), [make_opened(at=NOW) for _ in range(500)]
    append(journal, [spoilt])
    with monkeypatch.context() as broken:
        broken.setattr(Finished, "to_line", lambda self: b'{"v":1,"finished":[]}\n')
        append(journal, [make_finished(spoilt)])
    append(journal, (record for call in short for record in (call, make_finished(call))))
    recorder.step()
    recorder.tidy()
    assert [segment.number for segment in segments.all_of(folder)] == [2]
    assert (outcomes(), DeadLetter.objects.count()) == ({"ok": 500, "interrupted": 1}, 1)


def test_lines_that_no_one_can_read_are_buried_and_the_others_recorded(folder: Path, recorder: Recorder) -> None:
    calls = [make_opened(at=NOW) for _ in range(4)]
    good = [make_finished(call).to_line() for call in calls]
    bad = [b'{"v":1,"finished":[]}\n', b"\xff\xfe broken\n", b'{"v":9}\n']
    lines = [good[0], bad[0], good[1], bad[1], bad[2], good[2], good[3]]
    folder.mkdir()
    (folder / "p1.000001.jsonl").write_bytes(b"".join(lines) + b"\0" * 100)
    recorder.step()
    assert outcomes() == {"ok": 4}
    letters = DeadLetter.objects.order_by("offset")
    assert [bytes(letter.line) + b"\n" for letter in letters] == bad
    assert [letter.offset for letter in letters] == [
        len(b"".join(lines[:1])),
        len(b"".join(lines[:3])),
        len(b"".join(lines[:4])),
    ]
    assert {(letter.file, letter.at) for letter in letters} == {("p1.000001.jsonl", NOW)}
    assert recorder.dead_letters == 3


def test_rows_that_the_database_refuses_are_buried_once(folder: Path, recorder: Recorder) -> None:
    good, old = make_opened(at=NOW), make_opened(at=NOW - timedelta(days=401))
    impossible = make_finished(make_opened(at=NOW), usage=Usage(10, 20))
    write_journal(folder, good, old, make_finished(good), make_finished(old), impossible).close()
    recorder.step()
    JournalPosition.objects.all().delete()
    recorder_of(folder).step()
    assert outcomes() == {"ok": 1}
    assert sorted(letter.fault.partition(":")[0] for letter in DeadLetter.objects.all()) == ["IntegrityError"] * 2


def test_an_opened_line_that_is_spoilt_is_buried_when_its_process_is_gone(folder: Path, recorder: Recorder) -> None:
    line = make_opened(at=NOW).to_line().replace(b'"production"', b"17,18")
    folder.mkdir()
    (folder / "p1.000001.jsonl").write_bytes(line)
    recorder.step()
    recorder.tidy()
    assert bytes(DeadLetter.objects.get().line) + b"\n" == line
    assert not Call.objects.exists()


def test_behind_a_gap_that_a_power_cut_left_calls_are_found(folder: Path, recorder: Recorder) -> None:
    before, lost, after = (make_finished(make_opened(at=NOW)).to_line() for _ in range(3))
    folder.mkdir()
    content = before + lost[:100] + b"\0" * 4096 + lost[200:] + after + b"\0" * 500
    (folder / "p1.000001.jsonl").write_bytes(content)
    recorder.step()
    recorder.tidy()
    assert outcomes() == {"ok": 2}
    assert [bytes(letter.line) for letter in DeadLetter.objects.order_by("offset")] == [lost[:100], lost[200:-1]]


def test_a_torn_end_is_not_a_call_but_its_opening_is(folder: Path, recorder: Recorder) -> None:
    call = make_opened(at=NOW)
    folder.mkdir()
    content = call.to_line() + make_finished(call).to_line()[:200] + b"\0" * 500
    (folder / "p1.000001.jsonl").write_bytes(content)
    recorder.step()
    recorder.tidy()
    assert (outcomes(), Call.objects.get().id) == ({"interrupted": 1}, call.id)
