"""The folder of a prompt file: what it includes lies in it or below, whatever links say."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Final

from prompts.bundle.messages import fault_of_path
from prompts.rules import Rule

LARGEST: Final = 400_000
_CANDIDATES: Final = 1_000


class Unfit(Exception):
    """The file cannot be read as a text of the prompt; says why."""

    def __init__(self, detail: str, rule: Rule = Rule.UNREADABLE) -> None:
        super().__init__(detail)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path
    # Prompts share parts: each is read once.
    _texts: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    _whole: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_whole", os.path.realpath(self.path))

    def holds(self, file: Path) -> bool:
        """Also when links are followed."""
        return Path(os.path.realpath(file)).is_relative_to(self._whole)

    def text(self, name: str) -> str:
        """Of the file by its path from here, as it was when it was first asked for. Raises Unfit."""
        if name not in self._texts:
            self._texts[name] = self._read(name)
        return self._texts[name]

    def _read(self, name: str) -> str:
        if fault := fault_of_path(name):
            raise Unfit(fault, Rule.OUTSIDE_FOLDER)
        file = self.path / name
        if not file.exists():
            raise Unfit(f"there is no file {name!r} beside the prompt.{self._near(name)}", Rule.MISSING_PART)
        if not self.holds(file):
            raise Unfit(f"{name!r} is a link that leads out of the prompt's folder.", Rule.OUTSIDE_FOLDER)
        return text_of(file)

    def _near(self, name: str) -> str:
        known = [file.relative_to(self.path).as_posix() for file in islice(files_below(self.path), _CANDIDATES)]
        close = get_close_matches(name, known, n=1)
        return f" Did you mean {close[0]}?" if close else ""


def is_inside(file: Path, folder: Path) -> bool:
    return Folder(folder).holds(file)


def files_below(folder: Path) -> Iterator[Path]:
    """In order, without what is hidden."""
    found = sorted(_names_below(folder), key=lambda name: name.split(os.sep))
    return (Path(name) for name in found if os.path.isfile(name))


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


def _names_below(folder: Path) -> Iterator[str]:
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(above, name) for name in files if not name.startswith("."))
