"""A gateway whose journal lies on a disk that is really full."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.disk import fill, small_disk
from tests.gateway.processes import a_gateway, until
from tests.gateway.world import QUESTION, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
MEGABYTES = 2


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "home" / "journal", megabytes=MEGABYTES) as folder:
        yield folder


def test_calls_are_refused_when_the_disk_is_full_and_go_on_when_it_is_not(world: World, disk: Path) -> None:
    customer = world.customer()
    small = {"AIOPS_HOME": str(disk.parent), "AIOPS_JOURNAL_MAX_MB": "1"}
    filler = disk / "filler"
    with a_gateway("short-of-disk", **small) as gateway:
        here = customer.at(gateway)
        assert here.post(CALL).is_success
        fill(filler)
        # The room that was allocated before is used up first; then nothing is dropped in silence.
        until(lambda: here.post(CALL).status_code == 503, seconds=60)
        refused = here.post(CALL)
        assert refused.json()["error"]["code"] == "journal_full"
        assert refused.headers["x-should-retry"] == "true"
        filler.unlink()
        until(lambda: here.post(CALL).is_success)
