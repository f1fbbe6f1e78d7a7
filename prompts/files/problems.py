"""What is wrong in a repository's files, each with where to look."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, override


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """Line and column begin with 1."""

    path: Path
    line: int
    column: int
    level: Level
    text: str

    @override
    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.level}: {self.text}"


def error(path: Path, line: int, column: int, text: str) -> Problem:
    return Problem(path, line, column, Level.ERROR, text)


def warning(path: Path, line: int, column: int, text: str) -> Problem:
    return Problem(path, line, column, Level.WARNING, text)
