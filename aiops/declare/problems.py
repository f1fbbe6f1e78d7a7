"""What is wrong with a declaration, all of it at once, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

type Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    place: Place
    detail: str

    @property
    def path(self) -> str:
        """`chains.default.models[1]`, as people write it."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place)
        return text.removeprefix(".")


class Faulty(Exception):
    """The declaration cannot be applied; nothing of it was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.detail}" for problem in problems))
        self.problems = tuple(problems)
