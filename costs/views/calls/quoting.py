"""How a call's quotes held, in words. Pure."""

from collections.abc import Mapping
from typing import Final

from django.utils.text import capfirst

from aiops.lib.figures import latency
from costs.models import Call
from costs.records import Outcome
from costs.views.calls.wording import OUTCOMES, Word
from gateway.grounding.verdict import Reason
from gateway.refusal_words import word_of

_WITHHELD: Final[Mapping[str, str]] = {
    Reason.NO_SOURCES: "Its caller sent no source, so no model was asked.",
    Reason.INVALID_ANSWER: "A model answered, but in a form that nobody can check; the answer was withheld.",
    Reason.LOW_CONFIDENCE: "A model answered, less surely than its feature asks for; the answer was withheld.",
    Reason.MODEL_REFUSED: "A model found no answer in its sources, and its caller was told so.",
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


def has_broken_off(call: Call) -> bool:
    """Whether its caller had begun to read an answer that never ended."""
    return call.outcome == Outcome.PROVIDER_ERROR and call.is_relayed


def outcome_of(call: Call) -> Word:
    """A model that answered to the end with quotes that nobody can find did not answer well."""
    said, bad = OUTCOMES[Outcome(call.outcome)], bad_quotes(call)
    if has_broken_off(call):
        return Word(said.tone, said.word, _broke_off(call))
    if call.outcome != Outcome.OK and call.refusal != Reason.NO_SOURCES:
        return said
    if call.refusal == Reason.MODEL_REFUSED:
        return Word("warn", capfirst(word_of(call.refusal)), _WITHHELD[call.refusal])
    if call.refusal:
        return Word("warn", "Withheld", _WITHHELD.get(call.refusal) or _withheld(bad))
    if call.is_kept:
        return Word("ok", "Kept answer", "The same question had been answered before: that answer was given again.")
    if not bad:
        return said
    return Word("warn", said.word, f"A model answered to the end, with {bad}.")


def withheld_for(call: Call) -> str:
    """Beside a pill that does not say it already."""
    return "" if call.refusal in ("", Reason.MODEL_REFUSED) else word_of(call.refusal)


def answer_of(call: Call) -> Word:
    """Of the attempt that the call ended with."""
    if call.refusal == Reason.MODEL_REFUSED:
        return Word("warn", "answered that its sources do not say", "")
    told = [f"with {bad}"] if (bad := bad_quotes(call)) else []
    told += ["withheld"] if call.refusal else []
    return Word("warn" if told else "ok", ", ".join(["answered", *told]), "")


def _broke_off(call: Call) -> str:
    since = "" if call.first_chunk_ms is None else f", {latency(call.first_chunk_ms)} after it had asked"
    after = "" if call.latency_ms is None else f" after {latency(call.latency_ms)}"
    return f"The answer broke off{after}: its caller had begun to read it{since}."


def _withheld(bad: str) -> str:
    return f"A model answered{f' with {bad}' if bad else ''}; the answer was withheld."


def _quotes(number: int) -> str:
    return "quote" if number == 1 else "quotes"
