"""The machine and the data folder, whether anything runs or not."""

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson

from aiops.embedded.doctor.finding import Finding, State
from aiops.embedded.home import ROOT, Home, is_private
from aiops.embedded.settings import Settings

_GB = 1 << 30


def findings(settings: Settings) -> Iterator[Finding]:
    yield _interpreter()
    yield _packages()
    yield _disk(settings.home)


def home_findings(home: Home) -> Iterator[Finding]:
    yield _folder(home)
    yield _secrets(home)


def _interpreter() -> Finding:
    return Finding("interpreter", State.OK, f"Python {platform.python_version()} at {sys.executable}")


def _packages() -> Finding:
    try:
        stamp = orjson.loads(Path(sys.prefix, "installed.json").read_bytes())
        stale = [lock for lock, digest in stamp.items() if digest != _digest(ROOT / lock)]
    except (OSError, orjson.JSONDecodeError):
        return Finding("packages", State.WARN, "It is unknown which lock they come from.", "Run `make install`.")
    if stale:
        return Finding("packages", State.FAIL, f"Installed from an older {', '.join(stale)}.", "Run `make install`.")
    return Finding("packages", State.OK, f"as in {', '.join(stamp)}")


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _disk(path: Path) -> Finding:
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    means = f"{free / _GB:.1f} GB free at {existing}"
    if free < _GB / 4:
        return Finding("disk", State.FAIL, f"{means}: calls cannot be recorded for long.", "Free some space now.")
    if free < 2 * _GB:
        return Finding("disk", State.WARN, means, "Free some space soon.")
    return Finding("disk", State.OK, means)


def _folder(home: Home) -> Finding:
    if home.path.stat().st_uid != os.geteuid():
        return Finding("data folder", State.FAIL, f"{home.path} belongs to another user.", "Run as that user.")
    if not is_private(home.path):
        return Finding("data folder", State.FAIL, f"Others may enter {home.path}.", f"chmod 700 {home.path}")
    return Finding("data folder", State.OK, f"{home.path}, for its owner only")


def _secrets(home: Home) -> Finding:
    file = home.secrets_file
    if not file.exists():
        return Finding("secrets", State.WARN, "secrets.json is not there yet.", "`make up` makes it.")
    if not is_private(file):
        return Finding("secrets", State.FAIL, f"Others may read {file}.", f"chmod 600 {file}")
    return Finding("secrets", State.OK, "secrets.json, for its owner only. Keep a backup of it in another place.")
