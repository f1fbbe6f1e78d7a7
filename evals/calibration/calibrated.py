"""A calibration as a whole, and its sentence. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from aiops.lib.figures import percent
from evals.calibration.cases import Case, Sample
from evals.calibration.conformal import Lacking, Threshold, least_cases, threshold
from evals.calibration.curve import Point, curve, point_at
from evals.calibration.reliability import Bin, by_count, expected_error


@dataclass(frozen=True)
class Calibrated:
    target: Decimal
    sample: Sample
    found: Threshold

    @classmethod
    def of(cls, cases: Iterable[Case], target: Decimal) -> "Calibrated":
        sample = Sample.of(cases)
        return cls(target, sample, threshold(sample, target))

    @property
    def threshold(self) -> Decimal | None:
        return self.found.value

    @cached_property
    def point(self) -> Point | None:
        """What is answered at the threshold."""
        return None if self.threshold is None else point_at(self.sample, self.threshold)

    @cached_property
    def curve(self) -> Sequence[Point]:
        return curve(self.sample)

    @cached_property
    def bins(self) -> Sequence[Bin]:
        return by_count(self.sample)

    @property
    def expected_error(self) -> float | None:
        return expected_error(self.bins)

    @property
    def sentence(self) -> str:
        promise = f"At most {short_percent(self.target)} wrong answers"
        if self.point is not None:
            answers = short_percent(self.point.coverage) if self.point.answered else "nothing"
            return f"{promise}: you answer {answers}."
        if self.found.lacks is Lacking.CASES:
            needed = f"it takes {least_cases(self.target):,} at least"
            return f"{promise} cannot be proven from {_counted(self.sample.cases, 'case')}: {needed}."
        sure = f"{_counted(self.found.surely_wrong, 'wrong answer')} came with a confidence of 1"
        return f"{promise} cannot be had: {sure}, which no threshold refuses."

    @property
    def detail(self) -> str:
        return detail_of(self.point, self.sample.cases)


def detail_of(point: Point | None, cases: int) -> str:
    """What the sentence rests on."""
    told = _counted(cases, "case")
    if point is None:
        return f"No threshold, from {told}."
    begin = f"Threshold {point.threshold.normalize():f}, from {told}"
    if point.error is None:
        return f"{begin}; nothing would be answered."
    low, high = map(short_percent, point.interval)
    return f"{begin}; {short_percent(point.error)} of what is answered is wrong (95%: {low} to {high})."


def short_percent(share: Decimal | float) -> str:
    """81%, 0.5%: a decimal only where there is one."""
    return percent(share).replace(".0%", "%")


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
