"""Each filter of the Calls page as its address says it, and as people call it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from aiops.lib import decimals
from aiops.lib.figures import latency, money
from costs.reason_words import reason_of
from costs.reasons import SAYABLE, is_reason
from costs.records import Outcome, PriceMatch
from costs.reports.calls import Sort, ids_beginning
from costs.views.calls.wording import OUTCOMES, PRICES
from gateway.grounding.verdict import Reason
from gateway.refusal_words import reason_of as reason_of_refusal
from gateway.refusal_words import word_of

# Longer than any id or name that a call may bear.
LONGEST: Final = 300
QUOTES: Final = {
    "bad": "made up, or of another source",
    "good": "all in their sources",
    "fabricated": "made up",
    "wrong_source": "of another source",
    "near": "but for a few letters",
    "exact": "word for word",
}
GROUNDING: Final = {"answered": "answered from sources", "withheld": "answer withheld", "none": "without sources"}
SORTS: Final = {
    Sort.NEWEST: "Newest",
    Sort.COST: "Costliest",
    Sort.LATENCY: "Slowest",
    Sort.FIRST_CHUNK: "Slowest first words",
    Sort.TOKENS: "Most tokens",
    Sort.CONFIDENCE: "Least sure",
}
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


def _tokens(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadValue("a number of tokens, as 8000")
    return int(text)


def _share(text: str) -> Decimal:
    share = decimals.read(text)
    if share is None or not 0 <= share <= 1 or share.adjusted() < -20:
        raise BadValue("a share from 0 to 1, as 0.8")
    return share


def _one_of(words: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise BadValue(" or ".join(words) if len(words) == 2 else ", ".join(words))
        return text

    return read


def _hop_reason(text: str) -> str:
    if not is_reason(text):
        raise BadValue(SAYABLE)
    return text


def _refusal(text: str) -> str:
    reason = reason_of_refusal(text)
    if reason is None:
        raise BadValue(", ".join(map(word_of, Reason)))
    return reason


def _beginning(text: str) -> str:
    try:
        ids_beginning(text)
    except ValueError:
        raise BadValue("the id of a call, or at least six digits that it begins with") from None
    return text


# What takes more than the value to read: the names of tenants and features, versions of prompts.
NAMED: Final = ("tenant", "feature", "version")
OUTCOME: Final = Parameter(
    "outcome", "Outcome", "outcomes", _one_of(list(map(str, Outcome))), lambda value: OUTCOMES[value].word
)
PLAIN: Final = (
    Parameter("id", "Id begins with", "id", _beginning),
    Parameter("own", "The console's own", "own", _yes_or_no, _is_true),
    Parameter("user", "User", "user"),
    Parameter("session", "Session", "session"),
    Parameter("environment", "Environment", "environment"),
    Parameter("asked", "Model asked", "model_asked"),
    Parameter("model", "Model", "model"),
    Parameter("provider", "Provider", "provider"),
    Parameter("chain", "Chain", "chain"),
    Parameter("error", "Error", "error_code"),
    Parameter("refusal", "Withheld for", "refusal", _refusal, word_of),
    Parameter("hop", "An attempt failed for", "hop_reason", _hop_reason, lambda reason: reason_of(reason, 0)),
    Parameter("grounding", "Grounding", "grounding", _one_of(GROUNDING), lambda value: GROUNDING[value]),
    Parameter("quotes", "Quotes", "quotes", _one_of(QUOTES), lambda value: QUOTES[value]),
    Parameter("price", "Price", "price_match", _one_of(list(map(str, PriceMatch))), lambda value: PRICES[value]),
    Parameter("priced", "Price list", "price_version", _uuid),
    Parameter("stop", "Stop", "stop", _uuid),
    Parameter("fallback", "Fallback", "fallback", _yes_or_no, _is_true),
    Parameter("kept", "Kept answer", "kept", _yes_or_no, _is_true),
    Parameter("streamed", "Streamed", "streamed", _yes_or_no, _is_true),
    Parameter("simulated", "Simulated", "simulated", _yes_or_no, _is_true),
    Parameter("estimated", "Estimated", "estimated", _yes_or_no, _is_true),
    Parameter("cost", "Cost at least", "cost_at_least", _amount, money),
    Parameter("cost_to", "Cost at most", "cost_at_most", _amount, money),
    Parameter("ms", "Took at least", "latency_at_least", _milliseconds, latency),
    Parameter("ms_to", "Took at most", "latency_at_most", _milliseconds, latency),
    Parameter("first", "First words after at least", "first_chunk_at_least", _milliseconds, latency),
    Parameter("first_to", "First words after at most", "first_chunk_at_most", _milliseconds, latency),
    Parameter("tokens", "Tokens at least", "tokens_at_least", _tokens, "{:,}".format),
    Parameter("tokens_to", "Tokens at most", "tokens_at_most", _tokens, "{:,}".format),
    Parameter("confidence", "Confidence at least", "confidence_at_least", _share),
    Parameter("confidence_to", "Confidence at most", "confidence_at_most", _share),
)
CURSORS: Final = ("before", "after")
# How the list is shown, which is no filter.
SHOWN: Final = ("sort", "facets", "live")
NAMES: Final = ("from", "to", *NAMED, "outcome", *(each.name for each in PLAIN), *SHOWN, *CURSORS)
