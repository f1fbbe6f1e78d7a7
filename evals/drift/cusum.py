"""A two-sided CUSUM: small shifts that stay are noticed soon, single odd days are not. Pure.

Page's sums, standardised by what the baseline's own runs show; k and h are in standard deviations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

K: Final = 0.75
H: Final = 5.0
_TINY: Final = 1e-12
# Runs that say what is usual; until there are as many, nothing is watched.
CALIBRATION: Final = 30


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
    """`up` and `down`: the two sums after the last run; `alarm_at`: the first run at which one passed H."""

    baseline: Baseline | None
    up: float
    down: float
    alarm_at: int | None

    @property
    def direction(self) -> str:
        return "up" if self.up >= self.down else "down"


def watch(values: Sequence[float], *, floor: Callable[[float], float], calibration: int = CALIBRATION) -> Watched:
    """Oldest first; the first `calibration` are the baseline. `floor`: of the mean, the noise that it must have."""
    if len(values) < calibration:
        return Watched(None, 0.0, 0.0, None)
    baseline = _baseline(values[:calibration], floor)
    up = down = 0.0
    alarm_at: int | None = None
    for place, value in enumerate(values[calibration:], calibration):
        score = (value - baseline.mean) / baseline.deviation
        up, down = max(0.0, up + score - K), max(0.0, down - score - K)
        if alarm_at is None and max(up, down) > H:
            alarm_at = place
    return Watched(baseline, up, down, alarm_at)


def _baseline(values: Sequence[float], floor: Callable[[float], float]) -> Baseline:
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
    # Thirty runs that all agree do not prove that the next one will.
    return Baseline(mean, max(sqrt(variance), floor(mean), _TINY))
