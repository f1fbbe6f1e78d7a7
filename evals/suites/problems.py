"""What is wrong with a suite, all of it at once, each with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, override

from aiops.lib.yaml_file import Place

_MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was written: a file, the lines that are known in it, and the place within."""

    file: str
    lines: Mapping[Place, int] = field(default_factory=dict)
    place: Place = ()

    def at(self, *steps: str | int) -> "Source":
        return Source(self.file, self.lines, (*self.place, *steps))

    @property
    def line(self) -> int | None:
        """Of the value, or of what should have held it."""
        known = self.place
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known)

    @property
    def path(self) -> str:
        """`tests[3].assert[0]`, as people write it."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place)
        return text.removeprefix(".")

    @override
    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.path}" if self.place else where


@dataclass(frozen=True, slots=True)
class Problem:
    """`source` is None when the fault itself names file, line and column."""

    source: Source | None
    detail: str

    @override
    def __str__(self) -> str:
        return self.detail if self.source is None else f"{self.source}: {self.detail}"


class Faulty(Exception):
    """The suite cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        shown = [str(problem) for problem in problems[:_MOST_SHOWN]]
        more = [f"and {len(problems) - _MOST_SHOWN} more"] if len(problems) > _MOST_SHOWN else []
        super().__init__("\n".join([*shown, *more]))
        self.problems = tuple(problems)
