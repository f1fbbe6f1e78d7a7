"""What each threshold would answer, and how much of that is wrong. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from evals.calibration.cases import Sample
from evals.calibration.intervals import clopper_pearson


@dataclass(frozen=True, slots=True)
class Point:
    threshold: Decimal
    cases: int
    answered: int
    wrong: int

    @property
    def coverage(self) -> float:
        """The share of all cases that is answered."""
        return self.answered / self.cases if self.cases else 0.0

    @property
    def risk(self) -> float:
        """The share of all cases that is wrong and answered: what the target is of."""
        return self.wrong / self.cases if self.cases else 0.0

    @property
    def error(self) -> float | None:
        """The share of the answered that is wrong; None of nothing."""
        return self.wrong / self.answered if self.answered else None

    @property
    def interval(self) -> tuple[float, float]:
        return clopper_pearson(self.wrong, self.answered)


def point_at(sample: Sample, threshold: Decimal) -> Point:
    answered = [is_right for confidence, is_right in sample.answers if confidence >= threshold]
    return Point(threshold, sample.cases, len(answered), answered.count(False))


def curve(sample: Sample) -> list[Point]:
    """One point a confidence that occurs: the surest alone first, all that is not refused last."""
    points: list[Point] = []
    answered = wrong = 0
    for confidence, alike in groupby(sample.answers, key=lambda answer: answer[0]):
        rights = [is_right for _, is_right in alike]
        answered, wrong = answered + len(rights), wrong + rights.count(False)
        points.append(Point(confidence, sample.cases, answered, wrong))
    return points


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """As many as can be told apart, spread over the coverage, with both ends."""
    if len(points) <= most:
        return list(points)
    last = len(points) - 1
    return [points[place] for place in sorted({round(number * last / (most - 1)) for number in range(most)})]
