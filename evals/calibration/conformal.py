"""The threshold that holds a target, by conformal risk control on the loss *wrong and answered*. Pure.

The loss never grows with the threshold and is at most 1, so that the smallest threshold with (n R + 1) / (n + 1) at
most the target leaves a further case of the same kind wrong and answered with no more than that probability
(Angelopoulos, Bates, Fisch, Lei, Schuster: Conformal Risk Control, theorem 1).
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from evals.calibration.cases import STEP, Sample


class Lacking(StrEnum):
    """Why there is no threshold."""

    CASES = "cases"
    # Wrong answers of the highest confidence there is: no threshold refuses them.
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Threshold:
    value: Decimal | None
    lacks: Lacking | None = None
    # So many wrong ones lie at a confidence of 1.
    surely_wrong: int = 0


def threshold(sample: Sample, target: Decimal) -> Threshold:
    allowed = allowed_wrong(sample.cases, target)
    if allowed < 0:
        return Threshold(None, Lacking.CASES)
    wrong = [confidence for confidence, is_right in sample.answers if not is_right]
    if len(wrong) <= allowed:
        return Threshold(Decimal(0))
    # The surest of those that must not be answered; who is as sure goes with it.
    value = wrong[allowed] + STEP
    if value > 1:
        return Threshold(None, Lacking.DOUBT, wrong.count(Decimal(1)))
    return Threshold(value)


def allowed_wrong(cases: int, target: Decimal) -> int:
    """How many of so many cases may be wrong and answered; fewer than none: no threshold can be proven."""
    return int((target * (cases + 1)).to_integral_value(ROUND_FLOOR)) - 1


def least_cases(target: Decimal) -> int:
    """With fewer, even a suite without a single wrong answer proves too little."""
    return int((1 / target).to_integral_value(ROUND_CEILING)) - 1
