"""What head may cost more than base: money, time, tokens. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from aiops.lib import figures
from evals.gate.verdict import Outcome, Verdict

# As a breach is told, and as the gate tells of answers that got worse.
_LIMIT: Final = "; it may "
_SHOWN: Final = "; chance alone brings "


@dataclass(frozen=True, slots=True)
class Sums:
    """Of one arm's measured calls. None: nobody knows, which is not nothing."""

    calls: int
    cost_usd: Decimal | None
    latency_seconds: Decimal | None
    tokens: int | None


@dataclass(frozen=True, slots=True)
class Limits:
    """As shares of base, a call: 0.2 lets head use a fifth more. None: no limit."""

    max_cost_increase: Decimal | None = None
    max_latency_increase: Decimal | None = None
    max_token_increase: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """`increase`: a share of base; None when it could not be measured, infinite from nothing."""

    limit: str
    increase: Decimal | None
    sentence: str


def breaches(base: Sums, head: Sums, limits: Limits) -> tuple[Breach, ...]:
    """Of every limit that is set and not known to be kept; compared a call, so that the arms may differ in calls."""
    return tuple(breach for use in _uses(base, head, limits) if (breach := use.breach()))


def told_of(verdict: str, sentences: Sequence[str]) -> list[str]:
    """Of a verdict's sentences those on breaches, when these and not the answers stand against a pass."""
    if verdict not in (Outcome.BLOCKED, Outcome.COULD_NOT_MEASURE) or not sentences or _SHOWN in sentences[0]:
        return []
    return [sentence for sentence in sentences[1:] if _LIMIT in sentence]


def limited(verdict: Verdict, found: Sequence[Breach]) -> Verdict:
    """A pass, or what a person would decide, does not outlast a breach; an unknown increase is no pass."""
    if not found:
        return verdict
    said = replace(verdict, sentences=(*verdict.sentences, *(breach.sentence for breach in found)))
    if verdict.verdict in (Outcome.BLOCKED, Outcome.COULD_NOT_MEASURE):
        return said
    known = any(breach.increase is not None for breach in found)
    return replace(said, verdict=Outcome.BLOCKED if known else Outcome.COULD_NOT_MEASURE)


@dataclass(frozen=True, slots=True)
class _Use:
    """Of one thing, a call."""

    limit: str
    noun: str
    base: Decimal | None
    head: Decimal | None
    most: Decimal

    def breach(self) -> Breach | None:
        if self.base is None or self.head is None:
            return Breach(self.limit, None, f"{self.noun} could not be compared; it may rise by {self._allowed}.")
        if self.head <= self.base * (1 + self.most):
            return None
        if not self.base:
            return Breach(self.limit, Decimal("Infinity"), f"{self.noun} rose from nothing; it may by {self._allowed}.")
        increase = self.head / self.base - 1
        sentence = f"{self.noun} rose by {figures.percent(increase)}; it may by {self._allowed}."
        return Breach(self.limit, increase, sentence)

    @property
    def _allowed(self) -> str:
        return figures.percent(self.most)


def _uses(base: Sums, head: Sums, limits: Limits) -> Iterator[_Use]:
    if limits.max_cost_increase is not None:
        costs = _each(base.cost_usd, base.calls), _each(head.cost_usd, head.calls)
        yield _Use("max_cost_increase", "Cost a call", *costs, limits.max_cost_increase)
    if limits.max_latency_increase is not None:
        times = _each(base.latency_seconds, base.calls), _each(head.latency_seconds, head.calls)
        yield _Use("max_latency_increase", "Latency", *times, limits.max_latency_increase)
    if limits.max_token_increase is not None:
        tokens = _each(base.tokens, base.calls), _each(head.tokens, head.calls)
        yield _Use("max_token_increase", "Tokens a call", *tokens, limits.max_token_increase)


def _each(total: Decimal | int | None, calls: int) -> Decimal | None:
    return Decimal(total) / calls if total is not None and calls else None
