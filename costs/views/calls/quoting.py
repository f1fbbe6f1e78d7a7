"""How a call's quotes held, in words. Pure."""

from typing import Final

from costs.models import Call
from costs.records import Outcome
from costs.views.calls.wording import OUTCOMES, Word

INVALID: Final = "invalid_answer"
_REFUSED: Final = "model_refused"
_WITHHELD: Final = {
    INVALID: "A model answered, but in a form that nobody can check; the answer was withheld.",
    "low_confidence": "A model answered, less surely than its feature asks for; the answer was withheld.",
    _REFUSED: "A model found no answer in its sources, and its caller was told so.",
}


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
    if call.refusal == _REFUSED:
        return Word("warn", "Not in its sources", _WITHHELD[_REFUSED])
    if call.refusal:
        return Word("warn", "Withheld", _WITHHELD.get(call.refusal) or _withheld(bad))
    if call.is_kept:
        return Word("ok", "Kept answer", "The same question had been answered before: that answer was given again.")
    if not bad:
        return said
    return Word("warn", said.word, f"A model answered to the end, with {bad}.")


def answer_of(call: Call) -> Word:
    """Of the attempt that the call ended with."""
    if call.refusal == _REFUSED:
        return Word("warn", "answered that its sources do not say", "")
    told = [f"with {bad}"] if (bad := bad_quotes(call)) else []
    told += ["withheld"] if call.refusal else []
    return Word("warn" if told else "ok", ", ".join(["answered", *told]), "")


def _withheld(bad: str) -> str:
    return f"A model answered{f' with {bad}' if bad else ''}; the answer was withheld."


def _quotes(number: int) -> str:
    return "quote" if number == 1 else "quotes"
