"""Two versions of a prompt beside each other, of the same hours: what differs, and how surely. Pure.

Rates are compared by Newcombe's interval of Wilson's, means by Welch's with the normal's quantile, which 30 calls and
more allow. Both take calls as independent of each other, which those of one person are only nearly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Final

# With fewer in either arm nothing is said.
LEAST: Final = 30
_Z: Final = NormalDist().inv_cdf(0.975)


class Measure(StrEnum):
    """`failed` and `refused` are shares from 0 to 1; cost in US dollars, latency in milliseconds, tokens: by call."""

    FAILED = "failed"
    REFUSED = "refused"
    COST = "cost"
    LATENCY = "latency"
    OUTPUT_TOKENS = "output_tokens"


@dataclass(frozen=True, slots=True)
class Mean:
    """Of `count` values; without any there is no mean, and of one no variance."""

    count: int = 0
    total: Decimal = Decimal()
    squares: Decimal = Decimal()

    @property
    def value(self) -> Decimal | None:
        return self.total / self.count if self.count else None

    @property
    def variance(self) -> Decimal | None:
        if self.count < 2:
            return None
        return max(Decimal(), self.squares - self.total * self.total / self.count) / (self.count - 1)


@dataclass(frozen=True, slots=True)
class Arm:
    """What became of the calls that one version was rendered for."""

    calls: int = 0
    people: int = 0
    ok: int = 0
    # The provider failed, or the gateway died.
    failed: int = 0
    # Withheld by grounding, or turned away before a model was asked.
    refused: int = 0
    stopped: int = 0
    # Over a budget, or hung up: neither tells of the prompt.
    other: int = 0
    # Of those that a model was asked for and whose price is known.
    cost: Mean = Mean()
    unpriced: int = 0
    latency: Mean = Mean()
    latency_p50_ms: float | None = None
    latency_p95_ms: float | None = None
    output_tokens: Mean = Mean()

    @property
    def judged(self) -> int:
        """Those whose end may be the prompt's doing."""
        return self.ok + self.failed + self.refused


@dataclass(frozen=True, slots=True)
class Difference:
    """Head less base, between `low` and `high` 95 times in 100. All of it None: too few calls to tell."""

    measure: Measure
    head: Decimal | None = None
    base: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_measured(self) -> bool:
        return self.low is not None

    @property
    def is_seen(self) -> bool:
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def differences(head: Arm, base: Arm) -> tuple[Difference, ...]:
    return tuple(_differences(head, base))


def _differences(head: Arm, base: Arm) -> Iterator[Difference]:
    yield _of_rates(Measure.FAILED, (head.failed, head.judged), (base.failed, base.judged))
    yield _of_rates(Measure.REFUSED, (head.refused, head.judged), (base.refused, base.judged))
    yield _of_means(Measure.COST, head.cost, base.cost)
    yield _of_means(Measure.LATENCY, head.latency, base.latency)
    yield _of_means(Measure.OUTPUT_TOKENS, head.output_tokens, base.output_tokens)


def newcombe(head: tuple[int, int], base: tuple[int, int]) -> tuple[float, float]:
    """Between which values the first share less the second lies; each of at least one."""
    (low1, high1), (low2, high2) = _wilson(*head), _wilson(*base)
    share1, share2 = head[0] / head[1], base[0] / base[1]
    apart = share1 - share2
    below = sqrt((share1 - low1) ** 2 + (high2 - share2) ** 2)
    above = sqrt((high1 - share1) ** 2 + (share2 - low2) ** 2)
    return apart - below, apart + above


def _wilson(hits: int, count: int) -> tuple[float, float]:
    share, squared = hits / count, _Z**2
    middle = (share + squared / (2 * count)) / (1 + squared / count)
    reach = _Z * sqrt(share * (1 - share) / count + squared / (4 * count**2)) / (1 + squared / count)
    return middle - reach, middle + reach


def _of_rates(measure: Measure, head: tuple[int, int], base: tuple[int, int]) -> Difference:
    if min(head[1], base[1]) < LEAST:
        return Difference(measure)
    low, high = newcombe(head, base)
    one, other = (Decimal(hits) / count for hits, count in (head, base))
    return Difference(measure, one, other, Decimal(low), Decimal(high))


def _of_means(measure: Measure, head: Mean, base: Mean) -> Difference:
    if min(head.count, base.count) < LEAST:
        return Difference(measure)
    one, other, of_one, of_other = head.value, base.value, head.variance, base.variance
    if one is None or other is None or of_one is None or of_other is None:
        return Difference(measure)
    reach = Decimal(_Z) * (of_one / head.count + of_other / base.count).sqrt()
    return Difference(measure, one, other, one - other - reach, one - other + reach)
