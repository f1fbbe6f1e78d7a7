"""Each filter of the Calls page as its address says it, and as people call it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from aiops.lib import decimals
from aiops.lib.figures import latency, money
from costs.records import Outcome, PriceMatch
from costs.views.calls.wording import OUTCOMES, PRICES

# Longer than any id or name that a call may bear.
LONGEST: Final = 300
BAD, GOOD = "made up, or of another source", "all in their sources"
QUOTES: Final = {"bad": True, "good": False}
_YES_NO: Final = {"yes": True, "no": False}


class BadValue(ValueError):
    """What it can be, in words."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`field`: of what is wanted; `read` refuses with BadValue; `shown` is the value in words."""

    name: str
    label: str
    field: str
    read: Callable[[str], Any] = str
    shown: Callable[[Any], str] = str


def _yes_or_no(text: str) -> bool:
    if text not in _YES_NO:
        raise BadValue("yes or no")
    return _YES_NO[text]


def _is_true(value: bool) -> str:
    return "yes" if value else "no"


def _quotes(text: str) -> bool:
    if text not in QUOTES:
        raise BadValue(" or ".join(QUOTES))
    return QUOTES[text]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadValue("an id, as in 0197f3c2-….") from None


def _amount(text: str) -> Decimal:
    amount = decimals.read(text.removeprefix("$"))
    if amount is None or not 0 <= amount < 10**9 or amount.adjusted() < -20:
        raise BadValue("an amount in dollars, as 0.05")
    return amount


def _milliseconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadValue("a number of milliseconds, as 5000")
    return int(text)


def _outcome(text: str) -> str:
    if text not in set(Outcome):
        raise BadValue(", ".join(Outcome))
    return text


def _price(text: str) -> str:
    if text not in set(PriceMatch):
        raise BadValue(", ".join(PriceMatch))
    return text


# What takes more than the value to read: the names of tenants and features, versions of prompts.
NAMED: Final = ("tenant", "feature", "version")
OUTCOME: Final = Parameter("outcome", "Outcome", "outcomes", _outcome, lambda value: OUTCOMES[value].word)
PLAIN: Final = (
    Parameter("own", "The console's own", "own", _yes_or_no, _is_true),
    Parameter("user", "User", "user"),
    Parameter("session", "Session", "session"),
    Parameter("environment", "Environment", "environment"),
    Parameter("asked", "Model asked", "model_asked"),
    Parameter("model", "Model", "model"),
    Parameter("provider", "Provider", "provider"),
    Parameter("chain", "Chain", "chain"),
    Parameter("error", "Error", "error_code"),
    Parameter("refusal", "Withheld for", "refusal"),
    Parameter("quotes", "Quotes", "has_bad_quotes", _quotes, lambda bad: BAD if bad else GOOD),
    Parameter("price", "Price", "price_match", _price, lambda value: PRICES[value]),
    Parameter("stop", "Stop", "stop", _uuid),
    Parameter("fallback", "Fallback", "fallback", _yes_or_no, _is_true),
    Parameter("streamed", "Streamed", "streamed", _yes_or_no, _is_true),
    Parameter("simulated", "Simulated", "simulated", _yes_or_no, _is_true),
    Parameter("cost", "Cost at least", "cost_at_least", _amount, money),
    Parameter("ms", "Took at least", "latency_at_least", _milliseconds, latency),
)
CURSORS: Final = ("before", "after")
NAMES: Final = ("from", "to", *NAMED, "outcome", *(each.name for each in PLAIN), "id", *CURSORS)
