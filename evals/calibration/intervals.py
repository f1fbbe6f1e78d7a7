"""Clopper and Pearson's exact interval of a share. Pure."""

from functools import lru_cache
from math import exp, lgamma, log
from typing import Final

_ALPHA: Final = 0.05
# Of the continued fraction and of the halving: enough for the last digit of a float that people read.
_TERMS: Final = 500
_TINY, _CLOSE = 1e-300, 1e-13
_HALVINGS: Final = 60


@lru_cache(maxsize=8192)
def clopper_pearson(hits: int, of: int) -> tuple[float, float]:
    """Where the true share lies, at least 95 times in 100; of nothing, anywhere."""
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    low = 0.0 if hits == 0 else _quantile(_ALPHA / 2, hits, of - hits + 1)
    high = 1.0 if hits == of else _quantile(1 - _ALPHA / 2, hits + 1, of - hits)
    return low, high


def _quantile(share: float, a: float, b: float) -> float:
    """Below which value so large a share of the beta distribution lies."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if beta_below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    # On this side of the mean its fraction converges quickly; on the other side, that of the mirror image.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's method."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return found


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
