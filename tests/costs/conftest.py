from collections.abc import Iterator
from pathlib import Path

import pytest

from costs.journal import Journal
from costs.recorder.recorder import Recorder
from tests.costs.recording_world import recorder_of

SMALL = 256 << 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    """Of a process that lives as long as the test."""
    journal = Journal(folder, "alive", segment_bytes=SMALL)
    yield journal
    journal.close()


@pytest.fixture
def recorder(folder: Path) -> Recorder:
    return recorder_of(folder)
