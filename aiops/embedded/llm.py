"""A small model on this machine, in an environment of its own: its packages are large, and none of the console's."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiops.embedded.environment import Environment
from aiops.embedded.fingerprint import Fingerprint
from aiops.embedded.home import ROOT, Home
from aiops.embedded.ports import HOST, free_port
from aiops.embedded.process import Process, Stage, Step
from aiops.embedded.readiness import says_ready

_LOCK = ROOT / "requirements-llm.lock"
_SERVER = Path(__file__).with_name("llm_server.py")


@dataclass(frozen=True, slots=True)
class LocalModel:
    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    def installation(self, env: Environment) -> Step:
        return Step(
            name="llm-install",
            title="installing the local model (200 MB, once)",
            command=(
                sys.executable,
                str(ROOT / "tools" / "setup.py"),
                "--only",
                str(_LOCK),
                "--into",
                str(self.folder),
            ),
            env=env,
            ran_with=Fingerprint(self.folder / "installed", (_LOCK,)),
            repeats=False,
        )

    def process(self, env: Environment) -> Process:
        return Process(
            name="llm",
            stage=Stage.PROVIDERS,
            command=(str(self.folder / "bin" / "python"), "-I", str(_SERVER), "--port", str(self.port)),
            env=env,
            is_ready=partial(says_ready, f"http://{HOST}:{self.port}/health"),
        )


def local_model(home: Home) -> LocalModel:
    return LocalModel(home.path / "llm-venv", free_port())
