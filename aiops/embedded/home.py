"""The data folder: everything an installation keeps that is not in a database of somebody else's."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from aiops.embedded.errors import BadSetting

ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = ("pids", "journal", "logs", "beat", "static", "valkey")


@dataclass(frozen=True, slots=True)
class Home:
    path: Path

    @property
    def secrets_file(self) -> Path:
        return self.path / "secrets.json"

    @property
    def run_file(self) -> Path:
        return self.path / "run.json"

    @property
    def lock_file(self) -> Path:
        return self.path / "supervisor.lock"

    @property
    def pids(self) -> Path:
        return self.path / "pids"

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"


def make_home(path: Path) -> Home:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_a_folder_of_something_else(path)
        path.chmod(0o700)
        for name in _FOLDERS:
            (path / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as fault:
        raise BadSetting("AIOPS_HOME", str(path), f"a folder that this user can write ({fault.strerror})") from fault
    return Home(path)


def write_private(path: Path, data: bytes) -> None:
    """Replace the file as a whole, readable by its owner only: a reader never sees half of it."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _refuse_a_folder_of_something_else(path: Path) -> None:
    # Its mode becomes 0700: that must not befall a home folder or / named by mistake.
    is_ours = (path / "pids").is_dir() or not any(path.iterdir())
    if not is_ours:
        raise BadSetting("AIOPS_HOME", str(path), "a folder of its own: an empty one, or one made by `aiops up`")


def is_private(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
