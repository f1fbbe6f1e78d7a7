"""What a filter on calls asks of a row, where that is more than a column's value."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.functions import Cast

from costs.records import Outcome, PriceMatch
from costs.words import Grounding, Quotes

# Of fewer digits there are too many calls.
LEAST_DIGITS: Final = 6
_HEX: Final = frozenset("0123456789abcdef")
_BAD: Final = Q(quotes_fabricated__gt=0) | Q(quotes_wrong_source__gt=0)
# Of a call that was not grounded nobody knows: it is none of these.
QUOTES: Final[Mapping[str, Q]] = {
    Quotes.BAD: _BAD,
    Quotes.GOOD: Q(quotes_fabricated=0, quotes_wrong_source=0),
    Quotes.FABRICATED: Q(quotes_fabricated__gt=0),
    Quotes.WRONG_SOURCE: Q(quotes_wrong_source__gt=0),
    Quotes.NEAR: Q(quotes_near__gt=0),
    Quotes.EXACT: Q(quotes_verified__gt=0),
}
GROUNDING: Final[Mapping[str, Q]] = {
    Grounding.ANSWERED: Q(sources_given__isnull=False, refusal=""),
    Grounding.WITHHELD: Q(refusal__gt=""),
    Grounding.NONE: Q(sources_given=None),
}
# An answer that stood for the same question: nobody was asked. What kept it is its one attempt.
KEPT: Final = Q(outcome=Outcome.OK, price_match=PriceMatch.NOTHING_ASKED, hops__isnull=False)
NOT_KEPT: Final = ~Q(outcome=Outcome.OK) | ~Q(price_match=PriceMatch.NOTHING_ASKED)


class _HasHop(Func):
    function = "jsonb_path_exists"
    output_field = BooleanField()


def had_hop(reason: str) -> Q:
    """An attempt that failed for this; what kept rows of one attempt apart is what the index knows of them."""
    named = Func(Value("reason"), Cast(Value(reason), TextField()), function="jsonb_build_object")
    return Q(hops__isnull=False) & Q(_HasHop(F("hops"), Value("strict $[*] ? (@[4] == $reason)"), named))


def ids_beginning(digits: str) -> tuple[UUID, UUID]:
    """The first and the last id that begin so. Raises ValueError when no id does, or too many."""
    plain = digits.strip().lower().replace("-", "")
    if not (LEAST_DIGITS <= len(plain) <= 32 and _HEX.issuperset(plain)):
        raise ValueError(digits)
    return UUID(plain.ljust(32, "0")), UUID(plain.ljust(32, "f"))
