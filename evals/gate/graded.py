"""The same question of scores between 0 and 1: runs change arms at random within their case, many times. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evals.gate.exact import Chances

ROUNDS: Final = 4_999
# Sums of the same scores in another order differ in their last digits, and still are a tie.
_TIE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one case, from 0 to 1, one a measured run; neither arm is empty."""

    case: str
    base: Sequence[float]
    head: Sequence[float]

    @property
    def difference(self) -> float:
        return sum(self.head) / len(self.head) - sum(self.base) / len(self.base)


def chances(cases: Iterable[Scores], *, seed: int) -> Chances:
    """Of the summed differences of the cases' means; the same seed gives the same answer, the least is 1 in 5,000."""
    observed, by_chance = 0.0, np.zeros(ROUNDS)
    generator = np.random.default_rng(seed)
    for scores in cases:
        observed += scores.difference
        if len({*scores.base, *scores.head}) > 1:
            by_chance += _shuffled(scores, generator)
    return Chances(_share(by_chance <= observed + _TIE), _share(by_chance >= observed - _TIE))


def _shuffled(scores: Scores, generator: np.random.Generator) -> NDArray[np.float64]:
    """The case's difference in every round."""
    base_runs = len(scores.base)
    rounds = generator.permuted(np.tile([*scores.base, *scores.head], (ROUNDS, 1)), axis=1)
    difference: NDArray[np.float64] = rounds[:, base_runs:].mean(axis=1) - rounds[:, :base_runs].mean(axis=1)
    return difference


def _share(rounds: NDArray[np.bool_]) -> float:
    """The observed order is one of the rounds, so that no p is zero."""
    return (int(rounds.sum()) + 1) / (ROUNDS + 1)
