"""Between which points the difference of the arms lies, 95 times in 100. Pure.

Head's pass rate less base's, each the mean over these very cases asked again and again: the cases are the suite, not a
sample of some larger one, so that what varies is a case's answers and not the choice of cases.

That variance is estimated within each case; of cases with a single run in an arm from their differences, which can only
make it larger. It is 0 when no case was seen to waver, which proves little of few runs. So it is a score interval: what
differs from the observed difference by x would show as single failures, whose variance is at most x / runs, and the
bound solves x² = z² (variance + x / runs). Without any variance it is x = z² / runs, the rule of three's neighbour.

By simulation (tests/evals/gate/test_interval.py, 3 to 50 cases, 1 to 5 repeats) either side misses at most 2.5 %.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.gate.tally import Tally

Z: Final = 1.959964


class Difference(NamedTuple):
    """In percentage points; negative: head is worse. `variance`: of `points`, in points squared."""

    points: float
    low: float
    high: float
    variance: float


def difference(tallies: Sequence[Tally]) -> Difference:
    """Of at least one case, all comparable; every case weighs the same, however often it was run."""
    base, head = _Arm.of_base(tallies), _Arm.of_head(tallies)
    by_case = head.rate - base.rate
    mean, variance = float(by_case.mean()), _variance(base, head, by_case)
    least = max(float((1 / base.runs).mean()), float((1 / head.runs).mean())) * Z**2 / 2 / len(tallies)
    reach = least + sqrt(least**2 + Z**2 * variance)
    return Difference(100 * mean, 100 * max(-1.0, mean - reach), 100 * min(1.0, mean + reach), 10_000 * variance)


class Rate(NamedTuple):
    """In per cent, of one arm alone."""

    percent: float
    low: float
    high: float


def rate(counts: Sequence[tuple[int, int]]) -> Rate:
    """Passes and runs of each case, at least one of each; the same score interval as of a difference."""
    arm = _Arm._of(list(counts))
    mean, cases = float(arm.rate.mean()), len(counts)
    of_case = np.where(arm.runs > 1, arm.variance, (arm.rate - mean) ** 2)
    least = float((1 / arm.runs).mean()) * Z**2 / 2 / cases
    reach = least + sqrt(least**2 + Z**2 * float(of_case.sum()) / cases**2)
    return Rate(100 * mean, 100 * max(0.0, mean - reach), 100 * min(1.0, mean + reach))


class _Arm(NamedTuple):
    """One number a case."""

    rate: NDArray[np.float64]
    runs: NDArray[np.float64]

    @classmethod
    def of_base(cls, tallies: Sequence[Tally]) -> "_Arm":
        return cls._of([(tally.base_passes, tally.base_runs) for tally in tallies])

    @classmethod
    def of_head(cls, tallies: Sequence[Tally]) -> "_Arm":
        return cls._of([(tally.head_passes, tally.head_runs) for tally in tallies])

    @classmethod
    def _of(cls, counts: list[tuple[int, int]]) -> "_Arm":
        passes, runs = np.array(counts, dtype=np.float64).T
        return cls(passes / runs, runs)

    @property
    def variance(self) -> NDArray[np.float64]:
        """Of each rate, without bias; meaningless at one run."""
        return self.rate * (1 - self.rate) / np.maximum(self.runs - 1, 1)


def _variance(base: _Arm, head: _Arm, by_case: NDArray[np.float64]) -> float:
    """Of the mean of the cases' differences."""
    within = base.variance + head.variance
    between = (by_case - by_case.mean()) ** 2
    of_case = np.where((base.runs > 1) & (head.runs > 1), within, between)
    return float(of_case.sum()) / len(by_case) ** 2
