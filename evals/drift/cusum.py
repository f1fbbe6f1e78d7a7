"""A two-sided CUSUM: small shifts that stay are noticed soon, single odd days are not. Pure.

Page's sums, standardised by what the baseline's own runs show; k and h are in standard deviations.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final, NamedTuple

K: Final = 0.75
H: Final = 5.0
# Thirty runs tell the deviation only about so well; taken as learnt, calm suites would bring an alarm too often.
_CAUTION: Final = 1.15
# Of the mean: below it, two equal runs differ by how their numbers were rounded.
_ROUNDING: Final = 1e-9
_TINY: Final = 1e-12
# Runs that say what is usual; until there are as many, nothing is watched.
CALIBRATION: Final = 30


class Sums(NamedTuple):
    """How much speaks for a shift upwards, and for one downwards."""

    up: float
    down: float

    @property
    def most(self) -> float:
        return max(self)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual, and how far single runs lie from it."""

    mean: float
    deviation: float

    @property
    def band(self) -> tuple[float, float]:
        """Where nearly every run of a steady model lies."""
        return self.mean - 3 * self.deviation, self.mean + 3 * self.deviation


@dataclass(frozen=True, slots=True)
class Watched:
    """`sums` after each run, None of those that were not watched; `alarm_at`: the first run at which one passed H."""

    baseline: Baseline | None
    sums: tuple[Sums | None, ...]

    @property
    def newest(self) -> Sums:
        return (self.sums[-1] if self.sums else None) or Sums(0.0, 0.0)

    @property
    def alarm_at(self) -> int | None:
        return next((place for place, sums in enumerate(self.sums) if sums and sums.most > H), None)

    @property
    def direction(self) -> str:
        return "up" if self.newest.up >= self.newest.down else "down"


def watch(
    values: Sequence[float],
    *,
    floor: Callable[[float], float],
    calibration: int = CALIBRATION,
    anew_from: int = 0,
) -> Watched:
    """Oldest first; the first `calibration` are the baseline. `floor`: of the mean, the noise that it must have.

    The sums begin at `anew_from`: what somebody looked at before is told again only when it goes on.
    """
    if len(values) < calibration:
        return Watched(None, (None,) * len(values))
    baseline = _baseline(values[:calibration], floor)
    start = max(calibration, min(anew_from, len(values)))
    return Watched(baseline, (*(None,) * start, *_sums(values[start:], baseline)))


def _sums(values: Sequence[float], baseline: Baseline) -> Iterator[Sums]:
    up = down = 0.0
    for value in values:
        score = (value - baseline.mean) / baseline.deviation
        up, down = max(0.0, up + score - K), max(0.0, down - score - K)
        yield Sums(up, down)


def _baseline(values: Sequence[float], floor: Callable[[float], float]) -> Baseline:
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
    # Thirty runs that all agree do not prove that the next one will.
    return Baseline(mean, max(sqrt(variance) * _CAUTION, floor(mean), abs(mean) * _ROUNDING, _TINY))
