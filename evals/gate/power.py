"""What a suite can see: the smallest drop that the exact test catches 9 times in 10. Pure."""

from math import sqrt
from statistics import NormalDist
from typing import Final

CAUGHT: Final = 0.9
# Of one run of a case: a fifth of the cases waver, each with a pass rate of its own between 0 and 1.
USUAL_NOISE: Final = 0.2 / 6
_NORMAL: Final = NormalDist()


def detectable(*, cases: int, repeats: float, alpha: float, noise: float = USUAL_NOISE) -> int | None:
    """In whole points; None: not even a suite that breaks altogether.

    `repeats`: of each arm. `noise`: the mean over the cases of p (1 - p), what one run of a case varies by. The drop is
    modelled as cases that passed always and now fail always. Microseconds: it is read by pages.
    """
    variance = 2 * noise * cases / repeats
    return next(
        (points for points in range(1, 101) if _is_caught(points * cases // 100, variance, repeats, alpha)), None
    )


def _is_caught(broken: int, variance: float, repeats: float, alpha: float) -> bool:
    """By the normal approximation to the exact test, in units of cases and corrected for passes being whole numbers."""
    # What chance does to a broken case's passes, as many as its fails, when they are dealt out to the arms.
    dealt = broken / (2 * repeats - 1)
    needed = -_NORMAL.inv_cdf(alpha) * sqrt(variance + dealt) + 1 / repeats
    return broken - needed >= _NORMAL.inv_cdf(CAUGHT) * sqrt(variance)
