"""A quote must say something: at least three words or twelve letters, or all that a sentence, line or cell says."""

import json

import pytest

from gateway.grounding.checking import check
from gateway.grounding.policy import Mode, Policy
from gateway.grounding.quotes import Finding, Quote, Text, Verified, Why, verified
from gateway.grounding.sources import Source
from gateway.grounding.verdict import Reason, judge

SOURCE = """All sales are final. Is it free? Yes. Ask us.
| Fee | 42 EUR |
Closed
“Maybe!” You can send a parcel back. 30天内可以退货，请保留收据。"""


def one(quote: str, source: str = "own") -> Verified:
    texts = {"own": Text(SOURCE), "other": Text("Sometimes. No refund.")}
    return next(verified([Quote(0, source, quote)], texts))


@pytest.mark.parametrize("quote", [".", "...", "final", "are", "are final", "sales", "Is it", "EUR", "42", "|", "-"])
def test_a_quote_that_says_nothing_is_too_short(quote: str) -> None:
    found = one(quote)
    assert (found.finding, found.holds, found.why) == (Finding.FABRICATED, False, found.why)
    assert found.why is Why.TOO_SHORT


@pytest.mark.parametrize("quote", ["Yes.", "Yes", "“Yes.”", "42 EUR", "Fee", "Closed", "Maybe!", "Ask us."])
def test_a_whole_sentence_line_or_cell_may_be_short(quote: str) -> None:
    found = one(quote)
    assert found.finding is Finding.EXACT
    assert found.span is not None
    assert quote.strip('“”."!') in SOURCE[slice(*found.span)]


@pytest.mark.parametrize("quote", ["sales are final", "a parcel back", "30天内可以退货"])
def test_three_words_or_twelve_letters_are_enough(quote: str) -> None:
    assert one(quote).why is not Why.TOO_SHORT


def test_of_another_source_it_is_told_so() -> None:
    assert one("Sometimes.").finding is Finding.WRONG_SOURCE
    assert one("Sometimes.", "other").finding is Finding.EXACT


def test_a_claim_does_not_stand_on_a_full_stop() -> None:
    claim = {"text": "You get $10,000 back.", "quotes": [{"source_id": "own", "quote": "."}]}
    answer = {"answer": claim["text"], "claims": [claim], "confidence": 1, "refused": False, "missing": ""}
    checked = check(json.dumps(answer), [Source("own", SOURCE)])
    assert judge(checked, Policy(Mode.ENFORCE)).reason is Reason.UNVERIFIED
    assert checked.faults == (
        "Claim 1: the quote '.' is too short. Quote at least 3 words, or a whole sentence, line or table cell.",
    )
