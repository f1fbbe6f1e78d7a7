"""Do head's passes lie lower than chance puts them? Exact, stratified by case. Pure.

If head is no worse than base, the passes of a case fall on its runs in any order: head's share of them is
hypergeometric. The shares of all cases, added, are what chance gives. At one repeat it is McNemar's exact test.
"""

from collections.abc import Iterable
from functools import lru_cache
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.gate.tally import Tally


class Chances(NamedTuple):
    """Each one-sided: how often chance alone has head pass so rarely, and so often."""

    worse: float
    better: float


def chances(tallies: Iterable[Tally]) -> Chances:
    """Of the sum of head's passes, given how often each case passed in both arms together."""
    spread, above_least = np.ones(1), 0
    for tally in tallies:
        share = _head_share(tally.base_runs, tally.head_runs, tally.passes)
        above_least += tally.head_passes - _least(tally.base_runs, tally.passes)
        if len(share) > 1:
            spread = np.convolve(spread, share)
    return Chances(_at_most_one(spread[: above_least + 1]), _at_most_one(spread[above_least:]))


@lru_cache(maxsize=4096)
def _head_share(base_runs: int, head_runs: int, passes: int) -> NDArray[np.float64]:
    """The probabilities of head's passes, from the fewest possible to the most."""
    possible = range(_least(base_runs, passes), min(head_runs, passes) + 1)
    ways = [comb(head_runs, of_head) * comb(base_runs, passes - of_head) for of_head in possible]
    # Divided as whole numbers: the counts of many runs fit no float.
    of_all = comb(base_runs + head_runs, passes)
    return np.array([way / of_all for way in ways])


def _least(base_runs: int, passes: int) -> int:
    return max(0, passes - base_runs)


def _at_most_one(probabilities: NDArray[np.float64]) -> float:
    return min(1.0, float(probabilities.sum()))
