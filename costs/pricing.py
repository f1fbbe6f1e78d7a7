"""What a call costs, to the last digit. Read by every gateway call. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, NamedTuple, Self

from costs.usage import Usage

ZERO: Final = Decimal(0)
# Below these, no product or sum of ours needs more than the 28 digits that Decimal keeps.
_DEAREST: Final = Decimal(1_000_000)
_FINEST: Final = 10


class Kind(StrEnum):
    """What is charged for: tokens per million, and requests per thousand."""

    INPUT = "input"
    CACHED = "cached"
    CACHE_WRITE = "cache_write"
    AUDIO_INPUT = "audio_input"
    OUTPUT = "output"
    REASONING = "reasoning"
    AUDIO_OUTPUT = "audio_output"
    REQUESTS = "requests"


class BadPrice(ValueError):
    """A price list that cannot be: says which kind and what is allowed."""


class Cost(NamedTuple):
    """In US dollars. The first five add up to `total`; `saved` is what the cached tokens would have cost more."""

    input: Decimal
    cached: Decimal
    cache_write: Decimal
    output: Decimal
    fee: Decimal
    total: Decimal
    saved: Decimal


NOTHING: Final = Cost(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Price:
    """Of one kind; a tier's price holds for all tokens of a call whose input exceeds its start."""

    base: Decimal
    tiers: tuple[tuple[int, Decimal], ...] = ()

    def at(self, input_tokens: int) -> Decimal:
        return next((price for start, price in reversed(self.tiers) if input_tokens > start), self.base)


class Rates(NamedTuple):
    """Dollars a token, within one tier; None: not charged apart."""

    input: Decimal
    cached: Decimal | None
    cache_write: Decimal | None
    audio_input: Decimal | None
    output: Decimal
    reasoning: Decimal | None
    audio_output: Decimal | None
    fee: Decimal


@dataclass(frozen=True, slots=True)
class PriceList:
    """Everything one model charges, in force together."""

    prices: Mapping[Kind, Price]
    # Highest start first, the base last with a start of -1.
    steps: tuple[tuple[int, Rates], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = {start for price in self.prices.values() for start, _ in price.tiers}
        steps = [(start, self._rates(start + 1)) for start in sorted(starts, reverse=True)]
        object.__setattr__(self, "steps", (*steps, (-1, self._rates(0))))

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> Self:
        """From JSON: a kind's price is a decimal string, or `{"base": "…", "tiers": [[start, "…"], …]}`."""
        if Kind.INPUT not in stored:
            raise BadPrice("input: a price list needs at least the price of input tokens.")
        return cls({_kind(name): _price(name, value) for name, value in stored.items()})

    def as_json(self) -> dict[str, Any]:
        return {str(kind): _stored(self.prices[kind]) for kind in sorted(self.prices)}

    def _rates(self, input_tokens: int) -> Rates:
        def rate(kind: Kind) -> Decimal | None:
            price = self.prices.get(kind)
            return price.at(input_tokens).scaleb(-3 if kind is Kind.REQUESTS else -6) if price else None

        return Rates(
            input=rate(Kind.INPUT) or ZERO,
            cached=rate(Kind.CACHED),
            cache_write=rate(Kind.CACHE_WRITE),
            audio_input=rate(Kind.AUDIO_INPUT),
            output=rate(Kind.OUTPUT) or ZERO,
            reasoning=rate(Kind.REASONING),
            audio_output=rate(Kind.AUDIO_OUTPUT),
            fee=rate(Kind.REQUESTS) or ZERO,
        )


def cost_of(usage: Usage, prices: PriceList) -> Cost:
    """Exact: no rounding anywhere. Tokens of a kind without a price of its own cost what their whole costs."""
    rates = next(rates for start, rates in prices.steps if usage.input_tokens > start)
    plain, cached = _apart(usage.cached_tokens, usage.input_tokens, rates.cached)
    saved = rates.input * (usage.input_tokens - plain) - cached if cached else ZERO
    plain, written = _apart(usage.cache_write_tokens, plain, rates.cache_write)
    # How much of the audio was cached is told nowhere: the cache's price goes first.
    plain, heard = _apart(usage.audio_input_tokens, plain, rates.audio_input)
    said, reasoned = _apart(usage.reasoning_tokens, usage.output_tokens, rates.reasoning)
    said, spoken = _apart(usage.audio_output_tokens, said, rates.audio_output)
    paid_in = rates.input * plain + heard
    paid_out = rates.output * said + reasoned + spoken
    return Cost(paid_in, cached, written, paid_out, rates.fee, paid_in + cached + written + paid_out + rates.fee, saved)


def _apart(part: int, whole: int, rate: Decimal | None) -> tuple[int, Decimal]:
    """What is left of the whole, and what its part costs at a rate of its own."""
    if not part or rate is None:
        return whole, ZERO
    part = min(part, whole)
    return whole - part, rate * part


def plain_text(amount: Decimal) -> str:
    """Exact, without exponent and without trailing zeros: what callers and records are told."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        raise BadPrice(f"{name}: allowed kinds are {', '.join(Kind)}.") from None


def _price(name: str, value: Any) -> Price:
    if not isinstance(value, Mapping):
        return Price(_amount(name, value))
    tiers = value.get("tiers", [])
    if not isinstance(tiers, list) or any(not isinstance(tier, list) or len(tier) != 2 for tier in tiers):
        raise BadPrice(f'{name}: a tier is [tokens, price], such as [200000, "5.00"].')
    ordered = sorted((_start(name, start), _amount(name, price)) for start, price in tiers)
    return Price(_amount(name, value.get("base")), tuple(ordered))


def _amount(name: str, value: Any) -> Decimal:
    try:
        # Of a float the digits that were meant are unknown.
        amount = Decimal(value) if type(value) in (str, int, Decimal) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < _DEAREST or -int(amount.as_tuple().exponent) > _FINEST:
        raise BadPrice(f'{name}: {value!r}; allowed is a decimal such as "2.50", 0 to 1,000,000, {_FINEST} decimals.')
    return amount


def _start(name: str, value: Any) -> int:
    if type(value) is not int or value < 0:
        raise BadPrice(f"{name}: a tier starts at a number of input tokens, not {value!r}.")
    return value


def _stored(price: Price) -> Any:
    if not price.tiers:
        return plain_text(price.base)
    return {"base": plain_text(price.base), "tiers": [[start, plain_text(amount)] for start, amount in price.tiers]}
