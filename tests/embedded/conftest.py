import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from aiops.embedded.home import ROOT, Home
from tests.embedded.running import Run

type Start = Callable[..., Run]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def start(home: Home, tmp_path: Path) -> Iterator[Start]:
    """Start the stand-in supervisor, with settings of the test's choice."""
    with ExitStack() as runs:

        def run(**settings: str) -> Run:
            free = {"AIOPS_PORT": "0", "AIOPS_GATEWAY_PORT": "0", "AIOPS_HOME": str(home.path)}
            output = runs.enter_context((tmp_path / "output").open("a+b"))
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.embedded.stand_in"],
                cwd=ROOT,
                env={**os.environ, **free, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            started = Run(process, home, tmp_path / "output")
            runs.callback(started.clear_away)
            return started

        yield run
