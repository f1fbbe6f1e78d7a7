"""What the gate answers. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    PASSED = "pass"
    BLOCKED = "blocked"
    INCONCLUSIVE = "inconclusive"
    COULD_NOT_MEASURE = "could not measure"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Differences in percentage points, head less base; None where nothing could be compared.

    `cases`: those compared. `detectable`: the smallest drop, in whole points, that they show 9 times in 10; None when
    they show none. `must_pass`: the must-pass cases that stand against a pass. `sentences`: for people, the first is
    the verdict. `look` counts from 1.
    """

    verdict: Outcome
    difference: float | None
    interval: tuple[float, float] | None
    p: float | None
    cases: int
    detectable: int | None
    concurrent: bool
    look: int
    must_pass: tuple[str, ...]
    sentences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "verdict": str(self.verdict),
            "difference": self.difference,
            "interval": self.interval and list(self.interval),
            "p": self.p,
            "cases": self.cases,
            "detectable": self.detectable,
            "concurrent": self.concurrent,
            "look": self.look,
            "must_pass": list(self.must_pass),
            "sentences": list(self.sentences),
        }


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Nobody can tell yet: ask every case this many times in each arm, counting those asked already."""

    repeats: int


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Must-pass cases that head failed and base did not: ask these this often in each arm, counted apart."""

    cases: tuple[str, ...]
    times: int
