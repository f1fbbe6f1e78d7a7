"""A run's answers, counted by case while they are read: a long suite's answers need not fit in memory."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiops.cli.evals.asking import clean
from aiops.cli.printing import counted

# From here on, repeats are of must-pass cases that were asked again, which the gate counts apart.
ASKED_AGAIN: Final = 100
_LONGEST: Final = 600
_REASONS: Final = 3


@dataclass(slots=True)
class Arm:
    """`reason`, `output`: of the first answer that did not pass. `lost`: why answers could not be measured."""

    passes: int = 0
    runs: int = 0
    reason: str = ""
    output: str = ""
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, row: Mapping[str, Any]) -> None:
        self.runs += row["passed"] is not None
        self.passes += row["passed"] is True
        if row["passed"] is None:
            self.lost[reason_of(row)] += 1
        if row["passed"] is not True and not self.reason:
            self.reason, self.output = reason_of(row), shortened(row["output"])

    @property
    def said(self) -> str:
        return f"{self.passes} of {self.runs}"


@dataclass(slots=True)
class Case:
    name: str
    arms: dict[str, Arm] = field(default_factory=dict)

    @property
    def head(self) -> Arm:
        return self.arms.get("head", Arm())

    @property
    def base(self) -> Arm | None:
        return self.arms.get("base")

    @property
    def drop(self) -> float:
        """Of the share that passes, from base to head; alone, of all to head."""
        before = _share(self.base) if self.base else 1.0
        return before - _share(self.head) if self.head.runs else 0.0

    @property
    def said(self) -> str:
        return f"head {self.head.said}" + (f", base {self.base.said}" if self.base else "")


def count(rows: Iterable[Mapping[str, Any]]) -> list[Case]:
    """In the order in which they were asked."""
    cases: dict[str, Case] = {}
    for row in first_asked(rows):
        case = cases.setdefault(row["case"], Case(row["case"]))
        case.arms.setdefault(row["arm"], Arm()).add(row)
    return list(cases.values())


def most_lost(cases: Iterable[Case]) -> list[tuple[str, int]]:
    """Why answers could not be measured, and how many: the most frequent first."""
    arms = (arm for case in cases for arm in case.arms.values())
    return sum((arm.lost for arm in arms), Counter[str]()).most_common(_REASONS)


def told_lost(lost: Iterable[tuple[str, int]]) -> list[str]:
    return [f"Not measured, {counted(answers, 'answer')}: {reason}" for reason, answers in lost]


def first_asked(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    return (clean(row) for row in rows if row["repeat"] < ASKED_AGAIN)


def reason_of(row: Mapping[str, Any]) -> str:
    """Why it did not pass."""
    failed = (f"{check['type']}: {check['reason']}" for check in row["checks"] if check["verdict"] != "pass")
    return shortened(row["error"] or next(failed, ""))


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _share(arm: Arm) -> float:
    return arm.passes / arm.runs if arm.runs else 0.0
