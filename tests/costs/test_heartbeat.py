from datetime import timedelta
from pathlib import Path

import pytest

from costs.heartbeat import NAME, Heartbeat, read
from tests.costs.factories import NOW

BEAT = Heartbeat(NOW, 4711, NOW - timedelta(hours=1), backlog_bytes=12, last_commit_at=NOW, calls=7)


def test_a_heartbeat_is_read_as_it_was_written(tmp_path: Path) -> None:
    BEAT.write(tmp_path)
    assert read(tmp_path) == BEAT
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "null", '{"at": 5}'])
def test_what_is_no_heartbeat_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    assert read(tmp_path) is None


def test_without_a_recorder_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path) is None


@pytest.mark.parametrize(
    ("seconds", "fault", "is_well"), [(0, "", True), (9, "", True), (10, "", False), (0, "OperationalError", False)]
)
def test_it_is_well_while_it_beats_without_a_fault(seconds: int, fault: str, is_well: bool) -> None:
    beat = Heartbeat(NOW, 4711, NOW, backlog_bytes=0, fault=fault)
    assert beat.is_well(at=NOW + timedelta(seconds=seconds)) is is_well
