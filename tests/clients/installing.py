"""The clients' own environments, made once from their locks and left to the next run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aiops.embedded.fingerprint import Fingerprint
from aiops.embedded.home import ROOT
from tests.kept import alone

type Command = tuple[str | Path, ...]

HERE = Path(__file__).parent
_KEPT = ROOT / ".clients_cache"
_LOCK = ROOT / "requirements-clients.lock"
_NODE = ("package.json", "package-lock.json", ".npmrc")
_OLDEST_NODE = 20
# What could not be installed, and why: it takes minutes to fail, and is not tried again for each test.
_failed: dict[str, str] = {}


def own_python(script: str) -> Command:
    """On the packages of the console itself."""
    return (sys.executable, HERE / "python" / script)


def python(script: str) -> Command:
    """On the clients of requirements-clients.lock."""
    folder = _KEPT / "python"
    setup = [sys.executable, str(ROOT / "tools" / "setup.py"), "--only", str(_LOCK), "--into", str(folder)]
    with alone(_KEPT):
        folder.mkdir(exist_ok=True)
        _install(folder, (_LOCK,), setup, "The Python clients")
    return (folder / "bin" / "python", HERE / "python" / script)


def node(script: str) -> Command:
    """On the packages of tests/clients/node."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        pytest.skip("node and npm are not here (Debian, Ubuntu: apt-get install nodejs npm)")
    if int(_output(program, "--version").lstrip("v").partition(".")[0]) < _OLDEST_NODE:
        pytest.skip(f"node {_OLDEST_NODE} or newer is not here")
    folder, files = _KEPT / "node", [HERE / "node" / name for name in _NODE]
    with alone(_KEPT):
        folder.mkdir(exist_ok=True)
        for file in files:
            shutil.copy(file, folder)
        _install(folder, (*files,), [npm, "ci", "--ignore-scripts"], "The Node clients")
        _link(folder / "scripts", HERE / "node")
    return (program, "--preserve-symlinks", "--preserve-symlinks-main", folder / "scripts" / script)


def _install(folder: Path, inputs: tuple[Path, ...], command: list[str], what: str) -> None:
    made = Fingerprint(folder / "installed", inputs)
    if made.is_unchanged():
        return
    if what not in _failed:
        # In the folder itself: told of another by --prefix, npm leaves out the machine's own settings.
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if not done.returncode:
            made.remember()
            return
        _failed[what] = (done.stderr or done.stdout)[-300:]
    pytest.skip(f"{what} cannot be installed here: {_failed[what]}")


def _link(link: Path, target: Path) -> None:
    """Node looks for packages beside the path that it was given, so the scripts are given beside them."""
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def environment() -> dict[str, str]:
    """Nothing of the suite's own: clients of strangers have no use for its secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(_KEPT), "NO_PROXY": "127.0.0.1"}
