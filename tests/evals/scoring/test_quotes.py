import json
import time
from typing import Any

import pytest

from gateway.grounding.quotes import Finding, Quote, verify
from tests.evals.scoring.asking import check, verdict

SOURCES = {
    "returns": "You can send a parcel back within 30 days of delivery – the label is “free”. It isn't a gift.",
    "refunds": "A refund is paid within 5 working days after the parcel reaches our warehouse, or 15 days by cheque.",
    "short": "Closed on Sundays.",
}


def finding(quote: str, source: str = "returns") -> Finding:
    return verify([Quote(0, source, quote)], SOURCES)[0].finding


@pytest.mark.parametrize(
    "quote",
    [
        "within 30 days of delivery",
        'delivery - the label is "free"',
        "within\u00a030\n days",
        "It isn’t a gift",
        "“within 30 days of delivery”",
        # Too short for the gateway; a suite may have its own reasons.
        "30 days",
    ],
)
def test_a_quote_holds_whichever_way_its_signs_and_spaces_are_written(quote: str) -> None:
    assert finding(quote) is Finding.EXACT


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        ("You can send a parcel back within 30 days of the delivery", "returns"),
        ("you can send a parcel back within 30 days", "returns"),
        ("A refund is paid within 5 working days after the parcel reaches our warehouses, or 15 days", "refunds"),
        ("Closed on Sunday.", "short"),
        ("closed on Sundays.", "short"),
    ],
)
def test_a_few_letters_off_is_near(quote: str, source: str) -> None:
    assert finding(quote, source) is Finding.NEAR


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        ("You can send a parcel back within 60 days of delivery", "returns"),
        ("You can send a parcel back within 3 days of delivery", "returns"),
        ("You can not send a parcel back within 30 days of delivery", "returns"),
        ("It is a gift", "returns"),
        ("A refund gets paid within 5 working days after the parcel reaches our warehouse, or 15 days", "refunds"),
        ("5 days by cheque", "refunds"),
        ("A refund is unpaid within 5 working days after the parcel reaches our warehouse", "refunds"),
        ("Drop it at any shop", "returns"),
        ("", "returns"),
        ("turn", "returns"),
    ],
)
def test_another_number_word_or_negation_makes_it_fabricated(quote: str, source: str) -> None:
    assert finding(quote, source) is Finding.FABRICATED


@pytest.mark.parametrize("source", ["refunds", "nowhere"])
def test_a_quote_of_another_source_is_told(source: str) -> None:
    assert finding("within 30 days of delivery", source) is Finding.WRONG_SOURCE


def answer(*quotes: tuple[str, str], refused: bool = False) -> str:
    claims = [{"text": "…", "quotes": [{"source_id": source, "quote": quote} for source, quote in quotes]}]
    return json.dumps({"answer": "…", "claims": claims if quotes else [], "refused": refused, "missing": ""})


LISTED = [{"id": id_, "text": text, "title": id_} for id_, text in SOURCES.items()]
GOOD, BAD = ("returns", "within 30 days"), ("returns", "within 60 days")


@pytest.mark.parametrize(
    ("output", "sources", "expected"),
    [
        (answer(GOOD), LISTED, "pass"),
        (answer(GOOD), json.dumps(LISTED), "pass"),
        (answer(GOOD, BAD), LISTED, "fail"),
        (answer(refused=True), LISTED, "pass"),
        (answer(), LISTED, "fail"),
        ("Within 30 days.", LISTED, "fail"),
        ('{"answer": "x"}', LISTED, "fail"),
        ('{"claims": [{"quotes": [7, {"quote": null}]}]}', LISTED, "fail"),
        (answer(GOOD), None, "unscored"),
        (answer(GOOD), "no json", "unscored"),
        (answer(GOOD), [{"id": "returns"}], "unscored"),
        (answer(("returns", "x" * 5_001)), LISTED, "unscored"),
    ],
)
def test_quotes_verified(output: str, sources: Any, expected: str) -> None:
    assert verdict(output, "quotes-verified", vars={"sources": sources}) == expected


def test_the_share_that_holds_is_the_score_and_each_kind_is_counted() -> None:
    found = check(answer(GOOD, BAD, ("refunds", "within 30 days")), "quotes-verified", vars={"sources": LISTED})
    assert found.score == pytest.approx(1 / 3)
    assert found.facts == {"quotes": 3, "exact": 1, "near": 0, "wrong source": 1, "fabricated": 1}
    assert found.reason == "of 3 quotes: 1 exact, 1 wrong source, 1 fabricated."


def test_a_threshold_lets_some_go() -> None:
    assert verdict(answer(GOOD, BAD), "quotes-verified", threshold=0.5, vars={"sources": LISTED}) == "pass"


def test_what_takes_long_is_untold() -> None:
    # Each of the fives is within a number, as no quote may be.
    long = answer(*[("returns", "5")] * 200)
    sources = [{"id": "returns", "text": "5" * 400_000}]
    begun = time.perf_counter()
    found = check(long, "quotes-verified", vars={"sources": sources})
    assert (found.verdict, found.reason) == ("unscored", "it takes more than 1 s.")
    assert time.perf_counter() - begun < 15
