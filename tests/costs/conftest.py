from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from costs.journal import Journal
from costs.recorder.recorder import Recorder
from prompts.models import PromptVersion
from tenants.models import Tenant
from tests.costs.canaries import BEGAN
from tests.costs.factories import NOW
from tests.costs.recording_world import recorder_of
from tests.prompts.factories import make_release, make_version

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


@pytest.fixture
def versions(everything: None, operator: Tenant) -> list[PromptVersion]:
    """The second is tried beside the first."""
    found = [make_version(text) for text in ("one", "two")]
    make_release(found[0], at=NOW - timedelta(days=1))
    make_release(found[1], percent=5, at=BEGAN)
    return found
