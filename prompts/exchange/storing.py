"""Files that are to be there: all or none, and nothing touched that is as it should be."""

import os
import tempfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from prompts.files.folder import is_inside


class State(StrEnum):
    NEW = "new"
    SAME = "same"
    OTHER = "other"


class Planned(NamedTuple):
    path: Path
    text: str
    state: State


class Unstorable(Exception):
    """Says which file, and why."""


def plan(folder: Path, files: Mapping[str, str]) -> tuple[Planned, ...]:
    """What would be written. Raises Unstorable for what would lie outside of the folder."""
    return tuple(_planned(folder, path, text) for path, text in files.items())


def store(planned: tuple[Planned, ...]) -> None:
    """Raises Unstorable; then everything is as it was."""
    wanted = [each for each in planned if each.state is not State.SAME]
    written: list[tuple[Path, Planned]] = []
    done: list[tuple[Planned, bytes | None]] = []
    try:
        for each in wanted:
            written.append((_beside(each), each))
        for temporary, each in written:
            before = each.path.read_bytes() if each.state is State.OTHER else None
            os.replace(temporary, each.path)
            done.append((each, before))
    except OSError as fault:
        _undo(done)
        where = fault.filename2 or fault.filename
        raise Unstorable(f"{where}: it cannot be written ({fault.strerror}).") from fault
    finally:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)


def _planned(folder: Path, path: str, text: str) -> Planned:
    file = folder / path
    # A link may lead anywhere, also one in the middle of the path.
    if not is_inside(file, folder):
        raise Unstorable(f"{file}: a link leads it out of {folder}.")
    if not file.exists():
        return Planned(file, text, State.NEW)
    if not file.is_file():
        raise Unstorable(f"{file}: there is something else than a file.")
    try:
        return Planned(file, text, State.SAME if file.read_bytes() == text.encode() else State.OTHER)
    except OSError as fault:
        raise Unstorable(f"{file}: it cannot be read ({fault.strerror}).") from fault


def _beside(planned: Planned) -> Path:
    """The text in a file of another name in the same folder, where it can be moved from at once."""
    planned.path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".aiops-", dir=planned.path.parent)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(planned.text.encode())
        os.chmod(name, _mode(planned.path))
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _mode(path: Path) -> int:
    """As the file that is there has it; else as any new file would."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _undo(done: list[tuple[Planned, bytes | None]]) -> None:
    for planned, before in reversed(done):
        if before is None:
            planned.path.unlink(missing_ok=True)
        else:
            planned.path.write_bytes(before)
