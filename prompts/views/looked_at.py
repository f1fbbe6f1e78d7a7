"""What a button spoke of when it was drawn, to tell what it speaks of by the time it is pressed."""

from dataclasses import dataclass, replace
from typing import Self, override


@dataclass(frozen=True, slots=True)
class LookedAt:
    # What was chosen: version, environment, whom it is for, when.
    choice: str
    # `asks` where somebody else has to let it go live, `alone` where not.
    whom: str
    # What it comes to, as things are: `release`, `first`, `keep`, `try`, `raise`, `lower`.
    act: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None: the form says nothing of it."""
        parts = text.split(" ")
        return cls(*parts) if len(parts) == 3 else None

    def spent(self) -> Self:
        """Of a button that is not there any more: whoever presses it all the same looks again first."""
        return replace(self, choice="spent")

    @override
    def __str__(self) -> str:
        return f"{self.choice} {self.whom} {self.act}"
