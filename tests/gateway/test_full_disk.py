"""A gateway whose journal lies on a disk that is really full. Only root may mount one."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.processes import a_gateway, until
from tests.gateway.world import QUESTION, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
MEGABYTES = 2


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    (home / "journal").mkdir(parents=True, mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "aiops-test", str(home / "journal")]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small file system of one's own needs root")
    yield home
    subprocess.run(["umount", "-l", str(home / "journal")], check=True)


def test_calls_are_refused_when_the_disk_is_full_and_go_on_when_it_is_not(world: World, disk: Path) -> None:
    customer = world.customer()
    small = {"AIOPS_HOME": str(disk), "AIOPS_JOURNAL_MAX_MB": "1"}
    filler = disk / "journal" / "filler"
    with a_gateway("short-of-disk", **small) as gateway:
        here = customer.at(gateway)
        assert here.post(CALL).is_success
        with filler.open("wb") as file:
            until(lambda: not _grew(file))
        # The room that was allocated before is used up first; then nothing is dropped in silence.
        until(lambda: here.post(CALL).status_code == 503, seconds=60)
        refused = here.post(CALL)
        assert refused.json()["error"]["code"] == "journal_full"
        assert refused.headers["x-should-retry"] == "true"
        filler.unlink()
        until(lambda: here.post(CALL).is_success)


def _grew(file: Any) -> bool:
    try:
        file.write(b"x" * 4096)
        file.flush()
    except OSError:
        return False
    return True
