"""The recorder as a process, while it, the gateways and the database are taken away from it."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
from django.db.models import Sum

from costs import heartbeat, segments
from costs.models import Call, DailySpend, DeadLetter, HourlySpend, JournalPosition
from costs.records import Outcome
from tenants.scope import ALL, scope
from tests.costs.factories import make_finished, make_opened, write_journal
from tests.costs.faults import end, kill, noted, run_and_kill, start_recorder, start_writer, until
from tests.costs.wire import Wire

pytestmark = pytest.mark.usefixtures("committed")


def _recorded() -> dict[UUID, str]:
    with scope(ALL):
        return dict(Call.objects.values_list("id", "outcome"))


def _rolled_up(model: type[HourlySpend] | type[DailySpend]) -> int:
    with scope(ALL):
        return int(model.objects.aggregate(calls=Sum("calls"))["calls"])


def _is_drained(home: Path) -> bool:
    return segments.all_of(home / "journal") == []


# It needs most of a second to begin; after that every instant is as good as another.
LIVES = (0.7, 1.0, 1.13, 1.31, 1.47, 1.59)


def test_killed_again_and_again_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    writers = [start_writer(journal, "gateway-1"), start_writer(journal, "gateway-2")]
    run_and_kill(tmp_path, lives=LIVES)
    kill(writers[0])
    kill(writers[1])
    recorder = start_recorder(tmp_path)
    assert until(lambda: _is_drained(tmp_path))
    assert end(recorder) == 0
    recorded, opened = _recorded(), noted(journal)
    assert opened - set(recorded) == set()
    # Each may have been killed between opening a call and noting it.
    assert len(opened) <= len(recorded) <= len(opened) + 2
    assert _rolled_up(HourlySpend) == _rolled_up(DailySpend) == len(recorded)
    outcomes = Counter(recorded.values())
    assert set(outcomes) == {Outcome.OK, Outcome.INTERRUPTED}
    assert outcomes[Outcome.INTERRUPTED] <= 2 * 21
    # At most the line that each was writing when it was killed.
    assert DeadLetter.objects.count() <= 2
    assert not JournalPosition.objects.exists()


def test_while_postgresql_is_away_it_waits_and_says_so_and_then_catches_up(tmp_path: Path) -> None:
    parts = urlsplit(os.environ["DATABASE_URL"])
    with Wire(parts.port or 0) as wire:
        netloc = f"{parts.username}:{parts.password}@127.0.0.1:{wire.port}"
        recorder = start_recorder(tmp_path, DATABASE_URL=urlunsplit(parts._replace(netloc=netloc)))
        writer = start_writer(tmp_path / "journal", "gateway-1")
        assert until(lambda: _beat(tmp_path).calls > 100)
        wire.cut_often(after=(0.05, 0.11, 0.17, 0.23, 0.31))
        wire.pull()
        assert until(lambda: "Operational" in _beat(tmp_path).fault)
        assert until(lambda: _beat(tmp_path).backlog_bytes > 50_000)
        assert not _beat(tmp_path).is_well(at=datetime.now(UTC))
        kill(writer)
        wire.plug()
        assert until(lambda: _is_drained(tmp_path))
        assert until(lambda: _beat(tmp_path).is_well(at=datetime.now(UTC)))
        assert end(recorder) == 0
    assert noted(tmp_path / "journal") - set(_recorded()) == set()
    assert _rolled_up(HourlySpend) == len(_recorded())
    log = (tmp_path / "recorder.log").read_text()
    assert log.count("recorder.waits") == log.count("recorder.recovered") <= 6


def _beat(home: Path) -> heartbeat.Heartbeat:
    nothing = heartbeat.Heartbeat(datetime.min.replace(tzinfo=UTC), 0, datetime.min.replace(tzinfo=UTC), 0)
    return heartbeat.read(home) or nothing


def test_told_to_stop_it_first_records_what_is_there(tmp_path: Path) -> None:
    recorder = start_recorder(tmp_path)
    assert until(lambda: heartbeat.read(tmp_path) is not None)
    calls = [make_opened() for _ in range(2000)]
    journal = write_journal(tmp_path / "journal", *calls, *map(make_finished, calls))
    assert end(recorder) == 0
    assert len(_recorded()) == 2000
    journal.close()


def test_a_second_one_waits_until_the_first_has_ended(tmp_path: Path) -> None:
    first = start_recorder(tmp_path)
    assert until(lambda: _beat(tmp_path).pid == first.pid)
    second = start_recorder(tmp_path)
    assert until(lambda: "another one is at work" in (tmp_path / "recorder.log").read_text())
    assert _beat(tmp_path).pid == first.pid
    kill(first)
    assert until(lambda: _beat(tmp_path).pid == second.pid)
    assert end(second) == 0


def test_one_that_waits_can_be_ended(tmp_path: Path) -> None:
    first = start_recorder(tmp_path)
    assert until(lambda: _beat(tmp_path).pid == first.pid)
    second = start_recorder(tmp_path)
    assert until(lambda: "another one is at work" in (tmp_path / "recorder.log").read_text())
    assert (end(second), end(first)) == (0, 0)
