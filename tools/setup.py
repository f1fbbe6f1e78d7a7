"""Make .venv and install the locked packages into it. Needs nothing but a Python, 3.8 or newer, to run itself.

No index is named here or in the locks: pip's and uv's own settings say where packages come from.
"""

# ruff: noqa: S603 - it starts programs: that is its work
from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
SETUP = ROOT / ".setup"  # uv, when the machine has none
OLDEST, TOO_NEW = (3, 12), (3, 15)
PREFERRED = "3.13"  # what uv is to fetch when no interpreter is good

LAUNCHER = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

sys.path.insert(0, {root!r})

from aiops.cli import main

main()
"""
PROBE = "import json, sys; print(json.dumps([sys.version_info[:2], sys.implementation.name, sys.executable]))"


def main() -> None:
    options = _options()
    if options.only:
        into = Path(options.into).absolute()
        _say(f"installing {Path(options.only).name}")
        _make_environment(into, Path(options.only))
        return
    locks = [DEVELOPMENT if options.dev or _has_development() else RUNTIME]
    if not _is_installed(locks[0]):
        began = time.monotonic()
        _say(f"installing {locks[0].name} into .venv")
        _make_environment(VENV, locks[0])
        _write_launcher()
        _stamp_file().write_text(json.dumps(_stamp(locks[0])))
        _say(f"installed in {time.monotonic() - began:.0f} s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="with the tools for tests and checks")
    parser.add_argument("--only", metavar="LOCK", help="nothing but this lock file")
    parser.add_argument("--into", metavar="FOLDER", help="with --only: the environment to make")
    return parser.parse_args()


def _make_environment(venv: Path, lock: Path) -> None:
    uv = _uv()
    interpreter = _interpreter()
    if uv and _install_with_uv(uv, venv, lock, interpreter):
        return
    if interpreter is None:
        _give_up(
            "No Python from 3.12 to 3.14 was found, and none could be fetched.\n"
            "Install one (Debian, Ubuntu: apt-get install python3 python3-venv; or pyenv install 3.13) and run again."
        )
    _say("uv could not do it; trying pip")
    _install_with_pip(interpreter, venv, lock)


def _install_with_uv(uv: str, venv: Path, lock: Path, interpreter: str | None) -> bool:
    # Looking for an interpreter must not start a download while a good one is there.
    downloads = {"UV_PYTHON_DOWNLOADS": "never"} if interpreter else {}
    env = {"UV_SYSTEM_CERTS": "1", **os.environ, **_index_of_pip(), **downloads}
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    make = [uv, "venv", *quiet, "--no-project", "--clear", "--python", interpreter or PREFERRED, str(venv)]
    fill = [
        uv,
        "pip",
        "sync",
        *quiet,
        "--require-hashes",
        "--compile-bytecode",
        "--python",
        str(venv / "bin" / "python"),
        str(lock),
    ]
    made = _is_usable(venv) or subprocess.call(make, env=env) == 0
    return made and subprocess.call(fill, env=env, cwd=str(ROOT)) == 0


def _install_with_pip(interpreter: str, venv: Path, lock: Path) -> None:
    if subprocess.call([interpreter, "-m", "venv", "--clear", str(venv)]) != 0:
        _give_up(f"{interpreter} cannot make environments. Debian, Ubuntu: apt-get install python3-venv")
    install = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.call([*install, "--no-deps", "--require-hashes", "-r", str(lock)]) != 0:
        _give_up(f"The packages of {lock.name} could not be installed; what pip said above tells why.")


def _interpreter() -> str | None:
    """The newest good one. Candidates are run: a pyenv shim is there for versions that are not chosen, and refuses."""
    good = []
    for candidate in _candidates():
        version, kind, path = _probe(candidate) or ((0, 0), "", "")
        if kind == "cpython" and OLDEST <= version < TOO_NEW:
            good.append((version, path))
    return max(good, default=((0, 0), None), key=lambda one: one[0])[1]


def _candidates() -> list[str]:
    names = ["python3.14", "python3.13", "python3.12", "python3", "python"]
    folders = [Path(folder) for folder in os.get_exec_path()]
    found = [folder / name for name in names for folder in folders]
    # pyenv's versions that are installed but not chosen have no name on the path.
    roots = {Path.home() / ".pyenv", *(folder.parent for folder in folders if folder.name == "shims")}
    found += [python for root in sorted(roots) for python in root.glob("versions/*/bin/python3")]
    # An environment's own Python would tie ours to it.
    return [str(path) for path in found if path.exists() and not (path.parent.parent / "pyvenv.cfg").exists()]


def _probe(candidate: str) -> tuple[tuple[int, int], str, str] | None:
    try:
        answer = subprocess.run([candidate, "-c", PROBE], capture_output=True, timeout=20, check=True)
        version, kind, path = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return (version[0], version[1]), kind, path


def _uv() -> str | None:
    """The machine's own, or the one of the lock, fetched by any pip there is."""
    requirement = _locked_uv()
    own = SETUP / requirement.split()[0].replace("==", "-") / "bin" / "uv"
    for candidate in (str(own), *(str(Path(folder) / "uv") for folder in os.get_exec_path())):
        if os.access(candidate, os.X_OK) and _works([candidate, "--version"]):
            return candidate
    SETUP.mkdir(exist_ok=True)
    wanted = SETUP / "uv.txt"
    wanted.write_text(requirement)
    return str(own) if any(_fetch(python, wanted, own.parent.parent) for python in _candidates()) else None


def _fetch(python: str, requirement: Path, into: Path) -> bool:
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade"]
    command += ["--require-hashes", "--target", str(into), "-r", str(requirement)]
    return _works(command) and (into / "bin" / "uv").exists()


def _works(command: list[str]) -> bool:
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def _locked_uv() -> str:
    found = re.search(r"^uv==\S+( \\\n +--hash=\S+)+", DEVELOPMENT.read_text(), flags=re.MULTILINE)
    if not found:
        _give_up(f"{DEVELOPMENT.name} does not pin uv.")
    return found.group(0)


def _index_of_pip() -> dict[str, str]:
    """uv does not read pip's settings. Where they name an index instead of the public one, uv is told for this run."""
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE")):
        return {}
    index = os.environ.get("PIP_INDEX_URL", "")
    return {"UV_DEFAULT_INDEX": index} if index else {}


def _has_development() -> bool:
    """What `make test` installed is not taken away again by `make up`."""
    return DEVELOPMENT.name in _stored_stamp()


def _is_installed(lock: Path) -> bool:
    return _is_usable(VENV) and (VENV / "bin" / "aiops").exists() and _stored_stamp() == _stamp(lock)


def _is_usable(venv: Path) -> bool:
    activate = venv / "bin" / "activate"
    # A copied environment still names its old place, in this file and in every script.
    return (venv / "bin" / "python").exists() and activate.exists() and str(venv) in activate.read_text()


def _stamp_file() -> Path:
    return VENV / "installed.json"


def _stamp(lock: Path) -> dict[str, str]:
    return {lock.name: hashlib.sha256(lock.read_bytes()).hexdigest()}


def _stored_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(_stamp_file().read_text()))
    except (OSError, ValueError):
        return {}


def _write_launcher() -> None:
    launcher = VENV / "bin" / "aiops"
    launcher.write_text(LAUNCHER.format(python=VENV / "bin" / "python", root=str(ROOT)))
    launcher.chmod(0o755)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _give_up(text: str) -> NoReturn:
    raise SystemExit(text)


if __name__ == "__main__":
    main()
