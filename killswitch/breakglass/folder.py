"""The folder of broken glass: an order a file, and what each gateway of this machine says that it has taken up."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

import orjson

from killswitch.breakglass.order import GlassOrder, Unreadable

NAME: Final = "break-glass"
_NAMES_SECONDS: Final = 60
# More than the longest note takes.
_MOST_BYTES: Final = 1 << 16
# While it is written.
_FRESH: Final = ".new"
# What lies in the folder beside orders.
_OURS: Final = frozenset({"directory.json", "done", "gateways"})


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path

    @classmethod
    def of(cls, home: Path) -> Self:
        return cls(home / NAME)

    def file_of(self, order: UUID) -> Path:
        return self.path / f"{order}.json"

    def add(self, order: GlassOrder) -> Path:
        """On the disk when this returns, as a whole or not at all."""
        file = self.file_of(order.stop.id)
        _write(file, order.as_json())
        return file

    def waiting(self) -> list[Path]:
        """What is not a stop in PostgreSQL yet, whatever it is: who wrote it by hand means to stop something."""
        try:
            return sorted(file for file in self.path.iterdir() if not _is_ours(file.name))
        except OSError:
            return []

    def settle(self, file: Path) -> None:
        done = self.path / "done"
        done.mkdir(mode=0o700, exist_ok=True)
        file.replace(done / file.name)
        _sync(done)
        _sync(self.path)

    def tell(self, gateway: str, said: Mapping[str, Any]) -> None:
        """What a gateway of this machine has taken up, and why it is not ready while it is not."""
        _write(self.path / "gateways" / f"{gateway}.json", orjson.dumps(said))

    def told(self) -> Iterator[dict[str, Any]]:
        """By each gateway that ran here; whether it still runs is to be seen by its pid."""
        for file in sorted((self.path / "gateways").glob("*.json")):
            try:
                said = orjson.loads(file.read_bytes())
            except (OSError, orjson.JSONDecodeError):
                continue
            if isinstance(said, dict) and all(isinstance(said.get(name), kind) for name, kind in _SAID.items()):
                yield said

    def names(self) -> dict[str, dict[str, str]]:
        """As last seen, by their slugs: ids; and by those of tenants and features what they are called."""
        try:
            kept = orjson.loads((self.path / "directory.json").read_bytes())
            return {kind: {str(slug): str(each) for slug, each in kept.get(kind, {}).items()} for kind in KINDS}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {kind: {} for kind in KINDS}

    def has_names_of(self, mark: str, *, at: datetime) -> bool:
        """All of this revision, kept within the last minute."""
        file = self.path / "directory.json"
        try:
            is_fresh = abs(at.timestamp() - file.stat().st_mtime) < _NAMES_SECONDS
            return is_fresh and bool(orjson.loads(file.read_bytes())["of"] == mark)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def keep_names(self, names: Mapping[str, Mapping[str, str]], *, of: str = "") -> None:
        """`of`: the mark of the revision of which these are all."""
        if of or names != self.names():
            _write(self.path / "directory.json", orjson.dumps({**names, "of": of}, option=orjson.OPT_SORT_KEYS))


KINDS: Final = ("tenants", "features", "providers", "models", "prompt_versions", "connections", "titles")
# What each gateway says at the least.
_SAID: Final = {"process": str, "pid": int, "applied": list, "held": list}


def read_order(file: Path) -> GlassOrder:
    """Raises Unreadable of what is no order, and OSError of what cannot be read."""
    try:
        with open(file, "rb", opener=_without_waiting) as kept:
            data = kept.read(_MOST_BYTES + 1) or b""
    except IsADirectoryError:
        raise Unreadable("it is a folder") from None
    except FileNotFoundError:
        if file.is_symlink():
            raise Unreadable("it is a link to what is not there") from None
        raise
    if len(data) > _MOST_BYTES:
        raise Unreadable(f"it has more than {_MOST_BYTES:,} bytes")
    return GlassOrder.read(data)


def _without_waiting(file: str, flags: int) -> int:
    """What somebody put there may be a pipe, or without an end."""
    return os.open(file, flags | os.O_NONBLOCK)


def _is_ours(name: str) -> bool:
    return name in _OURS or (name.startswith(".") and name.endswith(_FRESH))


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A name of its own, and for nobody else to read: threads and processes write the same file.
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=_FRESH, dir=file.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        _give_to_the_owner(file.parent, fresh)
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    _sync(file.parent)


def _give_to_the_owner(folder: Path, fresh: Path) -> None:
    """Written by root, gateways that run as somebody else could not read it."""
    if os.geteuid() == 0:
        owner = next(each for each in (folder, *folder.parents) if each.name == NAME).parent.stat()
        for made in (folder, fresh):
            os.chown(made, owner.st_uid, owner.st_gid)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
