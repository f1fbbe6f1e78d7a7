"""How a call's quotes held, in words. Pure."""

from costs.models import Call
from costs.records import Outcome, PriceMatch
from costs.views.calls.wording import OUTCOMES, Word


def bad_quotes(call: Call) -> str:
    """2 made-up quotes, 1 of another source; empty when all hold, or nobody looked."""
    told = []
    if call.quotes_fabricated:
        told.append(f"{call.quotes_fabricated:,} made-up {_quotes(call.quotes_fabricated)}")
    if call.quotes_wrong_source:
        noun = "" if told else f" {_quotes(call.quotes_wrong_source)}"
        told.append(f"{call.quotes_wrong_source:,}{noun} of another source")
    return ", ".join(told)


def outcome_of(call: Call) -> Word:
    """A model that answered to the end with quotes that nobody can find did not answer well."""
    said, bad = OUTCOMES[Outcome(call.outcome)], bad_quotes(call)
    if call.outcome != Outcome.OK:
        return said
    if call.refusal:
        how = f"A model answered with {bad}" if bad else "A model answered"
        return Word("warn", "Withheld", f"{how}; the answer was withheld.")
    if call.price_match == PriceMatch.NOTHING_ASKED:
        return Word("ok", "Kept answer", "The same question had been answered before: that answer was given again.")
    if not bad:
        return said
    return Word("warn", said.word, f"A model answered to the end, with {bad}.")


def _quotes(number: int) -> str:
    return "quote" if number == 1 else "quotes"
