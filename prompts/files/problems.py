"""What is wrong in a repository's files, each with where to look."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, override

from prompts.rules import Rule


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    # A hint, which never fails anything.
    NOTE = "note"


class Problem(NamedTuple):
    """Line and column begin with 1. `rule`: one of prompts.rules.Rule."""

    path: Path
    line: int
    column: int
    level: Level
    text: str
    rule: str = Rule.FIELD

    @override
    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.level}: {self.text}"


def error(path: Path, line: int, column: int, text: str, rule: Rule = Rule.FIELD) -> Problem:
    return Problem(path, line, column, Level.ERROR, text, rule)


def warning(path: Path, line: int, column: int, text: str, rule: Rule = Rule.FIELD) -> Problem:
    return Problem(path, line, column, Level.WARNING, text, rule)


def note(path: Path, line: int, column: int, text: str, rule: Rule = Rule.FIELD) -> Problem:
    return Problem(path, line, column, Level.NOTE, text, rule)
