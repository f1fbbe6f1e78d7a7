import os
import subprocess
import sys

from aiops.embedded.home import ROOT, Home


def run_aiops(home: Home, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command, as a person would run it."""
    command = [sys.executable, "-m", "aiops.cli", *words]
    env = {**os.environ, "AIOPS_HOME": str(home.path), **settings}
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
