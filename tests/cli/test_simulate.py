import subprocess
import sys
from pathlib import Path

import pytest

from aiops.simulator.faults import KINDS
from tests.cli.conftest import run

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [("aiops.cli", "simulate", "--port", "0"), ("aiops.simulator", "--port", "0")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_unknown_fault_is_refused_before_anything_listens(command: tuple[str, ...]) -> None:
    words = [sys.executable, "-m", *command, "--fault", "gpt-4o=bogus"]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "'bogus'; allowed: 400," in ended.stderr


def test_help_names_every_fault() -> None:
    # The box breaks lines, never words.
    words = {word.strip(".,") for word in run("simulate", "--help").stdout.split()}
    assert words >= KINDS
