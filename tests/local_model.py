"""The local model's packages, installed by the code that `make up LOCAL_LLM=1` runs; a machine's first run pays."""

import os
import subprocess
from pathlib import Path

import pytest

from aiops.embedded.home import ROOT
from aiops.embedded.llm import LocalModel
from tests.kept import alone

_KEPT = ROOT / ".llm_cache"


def installed_packages() -> Path:
    """The folder that they are in."""
    model = LocalModel(_KEPT / "environment", port=0)
    step = model.installation(dict(os.environ))
    with alone(_KEPT):
        if not step.is_known():
            done = subprocess.run(step.command, env=dict(step.env), capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.skip(f"the local model cannot be installed here: {done.stderr[-200:]}")
            step.remember()
    return model.folder
