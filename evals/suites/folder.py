"""The files that a suite may read: those in its own folder and below, none of them large."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_VALUE_BYTES: Final = 1024 * 1024
PREFIX: Final = "file://"


class Unreachable(Exception):
    """A file that cannot be read, or must not be."""


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path
    _read: dict[str, str] = field(default_factory=dict)

    def shown(self, name: str) -> Path:
        """As messages name it."""
        return self.path / named(name)

    def text(self, name: str, *, most: int = MOST_BYTES) -> str:
        """Of `data/cases.csv` or `file://data/cases.csv`, relative to the folder. Raises Unreachable."""
        if name not in self._read:
            self._read[name] = self._text(name, most)
        return self._read[name]

    def _text(self, name: str, most: int) -> str:
        path = self._inside(name)
        try:
            with path.open("rb") as file:
                content = file.read(most + 1)
        except OSError as fault:
            raise Unreachable(f"{self.shown(name)} cannot be read ({fault.strerror}).") from fault
        if len(content) > most:
            raise Unreachable(f"{self.shown(name)} is larger than {most // 1024:,} KiB.")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise Unreachable(f"{self.shown(name)} is not UTF-8 text.") from fault

    def _inside(self, name: str) -> Path:
        """Links are followed first: one that leads out of the folder is out."""
        try:
            path = self.shown(name).resolve()
            inside = path.is_relative_to(self.path.resolve())
        except (OSError, ValueError, RuntimeError) as fault:
            raise Unreachable(f"{named(name)!r} is no name of a file.") from fault
        if not inside:
            raise Unreachable(f"{named(name)} is outside the suite's folder.")
        if not path.is_file():
            raise Unreachable(f"there is no file {self.shown(name)}.")
        return path


def is_file(value: object) -> bool:
    return isinstance(value, str) and value.startswith(PREFIX)


def named(name: str) -> str:
    return name.removeprefix(PREFIX).strip()


def suffix(name: str) -> str:
    """`.py` of `file://checks.py:judge` too: a function may be named behind the file."""
    plain = PurePosixPath(named(name)).suffix.lower()
    return plain.partition(":")[0]
