"""The recorder's steps, one by one, on journals that living and dead processes have written."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import OperationalError

from costs import prices, recording, segments
from costs.journal import Journal
from costs.models import Call, HourlySpend, JournalPosition
from costs.recorder.recorder import Recorder
from tenants.actors import SYSTEM
from tests.costs.factories import (
    NOW,
    PRICES,
    append,
    make_finished,
    make_opened,
    make_stopped,
    make_unpriced,
    write_journal,
)
from tests.costs.recording_world import outcomes, recorder_of

pytestmark = pytest.mark.usefixtures("operator")


def _position() -> tuple[int, int]:
    (position,) = JournalPosition.objects.all()
    return position.offset, position.low_water


def test_finished_calls_are_recorded_and_the_position_moves_with_them(journal: Journal, recorder: Recorder) -> None:
    call = make_opened(at=NOW)
    append(journal, [call, make_finished(call), make_stopped(make_opened(at=NOW))])
    assert recorder.step() == 3
    assert outcomes() == {"ok": 1, "stopped": 1}
    (segment,) = segments.all_of(journal._folder)
    assert _position() == (segment.written(), segment.written())
    assert recorder.step() == 0
    assert (recorder.calls, recorder.dead_letters, recorder.last_commit_at) == (2, 0, NOW)


def test_an_open_call_holds_the_low_water_until_it_ends(journal: Journal, recorder: Recorder) -> None:
    first, lasting = make_opened(at=NOW), make_opened(at=NOW)
    append(journal, [first, make_finished(first), lasting])
    recorder.step()
    offset, low_water = _position()
    assert offset - low_water == len(lasting.to_line())
    append(journal, [make_finished(lasting)])
    recorder.step()
    assert len(set(_position())) == 1
    assert outcomes() == {"ok": 2}


def test_a_call_of_a_living_process_is_never_closed_down(journal: Journal, recorder: Recorder) -> None:
    append(journal, [make_opened(at=NOW)])
    recorder.step()
    recorder.tidy()
    assert not Call.objects.exists()


def test_what_a_dead_process_left_open_becomes_interrupted(folder: Path, recorder: Recorder) -> None:
    version = prices.declare_price("openai", "gpt-test", PRICES, by=SYSTEM, at=NOW).row
    done = make_opened(at=NOW)
    priced = make_opened(at=NOW, price_version=version.pk, estimated_input_tokens=3000)
    write_journal(folder, priced, done, make_finished(done)).close()
    recorder.step()
    recorder.tidy()
    assert outcomes() == {"ok": 1, "interrupted": 1}
    call = Call.objects.get(outcome="interrupted")
    assert (call.id, call.model, call.provider) == (priced.id, priced.model, priced.provider)
    assert (call.cost_usd, call.price_version, call.price_match) == (Decimal("0.006"), version.pk, "exact")
    assert (call.input_tokens, call.output_tokens, call.estimated, call.latency_ms) == (3000, 0, True, None)
    assert HourlySpend.objects.get(model="gpt-test").errors == 1


@pytest.mark.parametrize("version", [None, make_opened().id], ids=["never had one", "not in the database"])
def test_an_interrupted_call_without_a_price_costs_nobody_knows_what(
    folder: Path, recorder: Recorder, version: object
) -> None:
    write_journal(folder, make_opened(at=NOW, price_version=version)).close()
    recorder.step()
    recorder.tidy()
    call = Call.objects.get()
    assert (call.outcome, call.cost_usd, call.price_match) == ("interrupted", None, "unpriced")
    assert HourlySpend.objects.get().unpriced_calls == 1


def test_the_files_of_a_dead_process_are_taken_away_with_their_positions(folder: Path, recorder: Recorder) -> None:
    write_journal(folder, make_opened(at=NOW)).close()
    recorder.step()
    recorder.tidy()
    assert segments.all_of(folder) == []
    assert not JournalPosition.objects.exists()
    assert recorder.step() == 0
    assert recorder.backlog_bytes() == 0


def test_full_segments_of_a_living_process_are_taken_away(journal: Journal, recorder: Recorder, folder: Path) -> None:
    lasting, short = make_opened(at=NOW), [make_opened(at=NOW) for _ in range(1000)]
    append(journal, [lasting, *(record for call in short for record in (call, make_finished(call)))])
    assert len(segments.all_of(folder)) == 3
    recorder.step()
    recorder.tidy()
    (last,) = segments.all_of(folder)
    assert last.number == 3
    assert (outcomes(), JournalPosition.objects.get().file) == ({"ok": 1000}, last.path.name)
    # The call that outlived two segments is still known.
    journal.close()
    recorder.step()
    recorder.tidy()
    assert outcomes() == {"ok": 1000, "interrupted": 1}
    assert Call.objects.get(outcome="interrupted").id == lasting.id


def test_a_new_recorder_goes_on_where_the_last_one_stood(journal: Journal, folder: Path) -> None:
    before, lasting, after = (make_opened(at=NOW) for _ in range(3))
    append(journal, [lasting, before, make_finished(before)])
    recorder_of(folder).step()
    append(journal, [after, make_finished(after)])
    second = recorder_of(folder)
    # The open call is looked up again; what was recorded since is not recorded again.
    assert second.step() == 5
    assert (second.calls, outcomes()) == (1, {"ok": 2})
    journal.close()
    second.step()
    second.tidy()
    assert Call.objects.get(outcome="interrupted").id == lasting.id


def test_a_journal_whose_position_is_lost_is_recorded_again_without_doubling(journal: Journal, folder: Path) -> None:
    calls = [make_opened(at=NOW) for _ in range(3)]
    append(journal, [*calls, *map(make_finished, calls)])
    recorder_of(folder).step()
    JournalPosition.objects.all().delete()
    again = recorder_of(folder)
    assert again.step() == 6
    assert (again.calls, HourlySpend.objects.get().calls, Call.objects.count()) == (0, 3, 3)


def test_what_fails_on_the_way_is_done_again_from_where_it_stood(
    journal: Journal, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_opened(at=NOW), make_opened(at=NOW)
    append(journal, [first, second, make_finished(first)])
    with monkeypatch.context() as broken:
        broken.setattr(recording, "insert", _broken)
        with pytest.raises(OperationalError):
            recorder.step()
    assert (Call.objects.count(), JournalPosition.objects.count(), recorder.calls) == (0, 0, 0)
    append(journal, [make_finished(second)])
    assert recorder.step() == 4
    assert outcomes() == {"ok": 2}


def _broken(*arguments: object, **named: object) -> int:
    raise OperationalError("the connection is lost")


def test_a_batch_takes_no_more_lines_than_it_should(
    journal: Journal, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("costs.recorder.recorder.LINES_AT_ONCE", 4)
    append(journal, (make_unpriced(make_opened(at=NOW)) for _ in range(10)))
    assert [recorder.step() for _ in range(4)] == [4, 4, 2, 0]
    assert Call.objects.count() == 10


def test_what_was_read_ahead_of_a_batch_that_fails_is_read_again(
    journal: Journal, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("costs.recorder.recorder.LINES_AT_ONCE", 4)
    append(journal, (make_unpriced(make_opened(at=NOW)) for _ in range(14)))
    assert recorder.step() == 4
    with monkeypatch.context() as broken:
        broken.setattr(recording, "insert", _broken)
        with pytest.raises(OperationalError):
            recorder.step()
    assert [recorder.step() for _ in range(4)] == [4, 4, 2, 0]
    assert (Call.objects.count(), HourlySpend.objects.get().calls) == (14, 14)


def test_a_busy_process_does_not_starve_the_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("costs.recorder.recorder.LINES_AT_ONCE", 4)
    busy = write_journal(folder, *(make_unpriced(make_opened(at=NOW)) for _ in range(40)), process_id="a-busy")
    quiet = write_journal(folder, make_unpriced(make_opened(at=NOW, session="quiet")), process_id="b-quiet")
    recorder = recorder_of(folder)
    assert [recorder.step() for _ in range(3)] == [4, 4, 4]
    assert Call.objects.filter(session="quiet").count() == 1
    busy.close()
    quiet.close()


def test_several_processes_are_recorded_together(folder: Path, journal: Journal, recorder: Recorder) -> None:
    write_journal(folder, make_unpriced(make_opened(at=NOW)), make_opened(at=NOW), process_id="dead").close()
    append(journal, [make_unpriced(make_opened(at=NOW)), make_opened(at=NOW)])
    recorder.step()
    recorder.tidy()
    assert outcomes() == {"ok": 2, "interrupted": 1}
    assert [segment.process_id for segment in segments.all_of(folder)] == ["alive"]


def test_the_backlog_is_what_is_written_and_not_recorded(folder: Path, journal: Journal, recorder: Recorder) -> None:
    append(journal, [make_unpriced(make_opened(at=NOW))])
    assert recorder.backlog_bytes() == segments.backlog_bytes(folder) > 0
    recorder.step()
    assert recorder.backlog_bytes() == 0
