"""What a file of another tool comes to, before it is written as one of ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from prompts.files.problems import Level, Problem, error, warning


class Source(NamedTuple):
    """A file to take over; `root`: what it names must lie in there."""

    path: Path
    text: str
    root: Path


class Options(NamedTuple):
    """`role`: of a plain text."""

    role: str = "system"


class DraftMessage(NamedTuple):
    """`content`: a template of ours; `line`: where its text begins in the source."""

    role: str
    content: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """`path` and `line`: where it comes from; the rest is as a prompt file says it, unchecked."""

    name: str
    path: Path
    line: int
    messages: Sequence[DraftMessage]
    parts: Mapping[str, str] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    schema: Mapping[str, Any] | None = None
    description: str = ""
    # Of which format it was; who reads the files says so.
    tool: str = ""


class Taken(NamedTuple):
    """`problems`: errors are what cannot be taken over at all, warnings what is otherwise or left out.

    `files`: every other file that was read for it.
    """

    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...] = ()
    files: frozenset[Path] = frozenset()


class Untranslatable(Exception):
    """A template that says what ours cannot; lines begin with 1."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line
        self.detail = detail


@dataclass(slots=True)
class Notes:
    """What is told of one file."""

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def tell(self, line: int, text: str) -> None:
        told = warning(self.path, line, 1, text)
        if told not in self.problems:
            self.problems.append(told)

    @property
    def has_refused(self) -> bool:
        return any(problem.level is Level.ERROR for problem in self.problems)

    def refuse(self, line: int, text: str) -> None:
        self.problems.append(error(self.path, line, 1, text))

    def leave_out(self, line: int, names: Sequence[str], where: str = "") -> None:
        if names:
            self.tell(line, f"not taken over: {', '.join(f'{where}{name}' for name in names)}.")
