"""Whether a model is right as often as it is sure. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import ceil
from typing import Final

from evals.calibration.cases import Sample
from evals.calibration.intervals import clopper_pearson

BINS: Final = 10
# Of fewer an interval says next to nothing.
LEAST: Final = 5

type Answers = Sequence[tuple[Decimal, bool]]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence."""

    low: Decimal
    high: Decimal
    count: int
    right: int
    # Their mean.
    confidence: float

    @property
    def accuracy(self) -> float:
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        return clopper_pearson(self.right, self.count)

    @property
    def gap(self) -> float:
        """Above 0 it is surer than it should be."""
        return self.confidence - self.accuracy


def by_count(sample: Sample, most: int = BINS) -> list[Bin]:
    """About as many answers in each; those of one confidence stay together."""
    answers = sorted(sample.answers)
    bins = max(1, min(most, len(answers) // LEAST))
    size = ceil(len(answers) / bins)
    found: list[list[tuple[Decimal, bool]]] = []
    for _, alike in groupby(answers, key=lambda answer: answer[0]):
        group = list(alike)
        # Cut where that comes nearer to the size.
        if not found or len(found[-1]) + len(group) / 2 > size:
            found.append([])
        found[-1] += group
    return [_bin(each) for each in found]


def by_width(sample: Sample, bins: int = BINS) -> list[Bin]:
    """Equal stretches of confidence, each without its lower end; empty ones are left out."""
    placed = groupby(sorted(sample.answers), key=lambda answer: max(1, ceil(answer[0] * bins)))
    return [_bin(list(each)) for _, each in placed]


def expected_error(bins: Iterable[Bin]) -> float | None:
    """The expected calibration error: the mean distance of confidence and accuracy; None of nothing."""
    found = list(bins)
    total = sum(each.count for each in found)
    return sum(each.count * abs(each.gap) for each in found) / total if total else None


def _bin(answers: Answers) -> Bin:
    sure = [confidence for confidence, _ in answers]
    return Bin(
        min(sure), max(sure), len(answers), sum(is_right for _, is_right in answers), float(sum(sure) / len(sure))
    )
