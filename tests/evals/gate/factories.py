"""Tallies and arms as tests write them."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np

from evals.gate.tally import Tally

# ../shared/data from the project's root.
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def tally(
    case: str = "one", *, base: tuple[int, int] = (3, 3), head: tuple[int, int] = (3, 3), must_pass: bool = False
) -> Tally:
    """Each arm as (passes, runs)."""
    return Tally(case, *base, *head, must_pass=must_pass)


def suite(
    count: int, *, broken: int = 0, better: int = 0, runs: int = 3, failing: int = 0, must_pass: int = 0
) -> list[Tally]:
    """Cases that pass always in both arms, but for the first ones: broken, then better, then failing in both."""
    kinds = [(1, 0)] * broken + [(0, 1)] * better + [(0, 0)] * failing
    passes = kinds + [(1, 1)] * (count - len(kinds))
    return [
        tally(f"case-{number}", base=(base * runs, runs), head=(head * runs, runs), must_pass=number < must_pass)
        for number, (base, head) in enumerate(passes)
    ]


def drawn(base: Sequence[float], head: Sequence[float], repeats: int, generator: np.random.Generator) -> list[Tally]:
    """A run of cases with these chances to pass."""
    pairs = zip(generator.binomial(repeats, base), generator.binomial(repeats, head), strict=True)
    return [
        tally(f"case-{number}", base=(int(of_base), repeats), head=(int(of_head), repeats))
        for number, (of_base, of_head) in enumerate(pairs)
    ]


def orders(tallies: Sequence[Tally]) -> list[int]:
    """Head's passes in every order that each case's passes and failures can take over its runs, all equally likely."""
    return [sum(heads) for heads in product(*map(_orders_of, tallies))]


def _orders_of(one: Tally) -> list[int]:
    chosen = product((0, 1), repeat=one.runs)
    return [sum(order[: one.head_runs]) for order in chosen if sum(order) == one.passes]
