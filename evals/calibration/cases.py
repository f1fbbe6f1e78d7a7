"""What a calibration is made from: of each case how sure the answer was, and whether it was right. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# As the gateway takes a confidence and a threshold.
STEP: Final = Decimal("0.0001")
MOST_UNMEASURED: Final = 0.02


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its answer. `is_right` is None where that could not be told."""

    key: str
    confidence: Decimal | None = None
    is_right: bool | None = None
    # Given to nobody, whatever the threshold.
    refused: bool = False

    @property
    def is_measured(self) -> bool:
        return self.refused or (self.is_right is not None and self.confidence is not None)


@dataclass(frozen=True, slots=True)
class Sample:
    """The cases that count, each once, and how many could not be measured."""

    cases: int
    # Of those that a threshold lets pass or not: how sure, and whether right; the surest first.
    answers: Sequence[tuple[Decimal, bool]]
    unmeasured: int

    @classmethod
    def of(cls, cases: Iterable[Case]) -> "Sample":
        """Of a case that was asked several times, its first answer that could be measured."""
        found: dict[str, Case] = {}
        for case in cases:
            if case.key not in found or (case.is_measured and not found[case.key].is_measured):
                found[case.key] = case
        measured = [case for case in found.values() if case.is_measured]
        answers = [
            (case.confidence, bool(case.is_right))
            for case in measured
            if not case.refused and case.confidence is not None
        ]
        return cls(len(measured), sorted(answers, reverse=True), len(found) - len(measured))

    @property
    def refused(self) -> int:
        return self.cases - len(self.answers)

    @property
    def is_enough_measured(self) -> bool:
        return bool(self.cases) and self.unmeasured <= MOST_UNMEASURED * (self.cases + self.unmeasured)
