"""The folder of a prompt file: what it includes lies in it or below, whatever links say."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Final

from prompts.bundle.messages import fault_of_path

LARGEST: Final = 400_000
_CANDIDATES: Final = 1_000


class Unfit(Exception):
    """The file cannot be read as a text of the prompt; says why."""


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path

    def text(self, name: str) -> str:
        """Of the file by its path from here. Raises Unfit."""
        if fault := fault_of_path(name):
            raise Unfit(fault)
        file = self.path / name
        if not file.exists():
            raise Unfit(f"there is no file {name!r} beside the prompt.{self._near(name)}")
        if not is_inside(file, self.path):
            raise Unfit(f"{name!r} is a link that leads out of the prompt's folder.")
        return text_of(file)

    def _near(self, name: str) -> str:
        known = [file.relative_to(self.path).as_posix() for file in islice(files_below(self.path), _CANDIDATES)]
        close = get_close_matches(name, known, n=1)
        return f" Did you mean {close[0]}?" if close else ""


def is_inside(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def files_below(folder: Path) -> Iterator[Path]:
    """In order, without what is hidden."""
    found = sorted(folder.rglob("*"))
    return (file for file in found if file.is_file() and not _is_hidden(file.relative_to(folder)))


def text_of(file: Path) -> str:
    """UTF-8 with line ends of one kind. Raises Unfit."""
    try:
        # Neither a device nor a pipe: they never end.
        raw = _first_bytes(file) if file.is_file() else None
    except OSError as fault:
        raise Unfit(f"it cannot be read ({fault.strerror}).") from fault
    if raw is None:
        raise Unfit("it is not a file.")
    if len(raw) > LARGEST:
        raise Unfit(f"it is larger than {LARGEST:,} bytes.")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as fault:
        raise Unfit("it is not UTF-8 text.") from fault


def _first_bytes(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _is_hidden(path: Path) -> bool:
    return any(step.startswith(".") for step in path.parts)
