"""Checking an answer takes no longer than others can wait, whatever it quotes from whatever sources."""

import asyncio
import json
import random
import time

import pytest

from gateway.grounding.checking import check, checking
from gateway.grounding.quotes import Finding, Quote, Text, Verified, Why, verified
from gateway.grounding.sources import Source

WORDS = [f"{a}{b}{c}" for a in "stn" for b in ("ai", "er", "ou") for c in ("m", "ding", "le", "ve")]


def prose(length: int, seed: int) -> str:
    chosen = random.Random(seed)  # noqa: S311 - texts, no secrets
    return " ".join(chosen.choice(WORDS) for _ in range(length // 4))[:length]


def look(quotes: list[str], *texts: str) -> list[Verified]:
    return list(
        verified([Quote(0, "0", quote) for quote in quotes], {str(at): Text(text) for at, text in enumerate(texts)})
    )


INVENTED = ([prose(2000, at) for at in range(10)], [prose(4000, 100 + at) for at in range(100)])
FIVES = (["5" * 200] * 100, ["5" * 100_000] * 4)
LETTERS = (["b" + "a" * 198 + "b"] * 100, ["a" * 100_000] * 4)
MANY = ([prose(200, at) for at in range(100)], [prose(100_000, 200 + at) for at in range(4)])
SHORT = (["Yes."] * 100, ["Y.\n" * 33_000] * 4)


@pytest.mark.parametrize(("quotes", "texts"), [INVENTED, FIVES, LETTERS, MANY, SHORT])
def test_the_worst_that_the_limits_allow_takes_little(quotes: list[str], texts: list[str]) -> None:
    begun = time.process_time()
    look(quotes, *texts)
    # Half a second on an idle machine; it was half a minute.
    assert time.process_time() - begun < 2


def test_what_is_not_looked_for_any_further_counts_as_fabricated_and_what_stands_word_for_word_is_found() -> None:
    quotes, texts = MANY
    found = look([*quotes, "The parcel comes on Tuesday."], f"{texts[0]}\nThe parcel comes on Tuesday.", *texts[1:])
    assert (found[0].why, found[-2].why) == (None, Why.NOT_LOOKED_FURTHER)
    assert (found[-2].finding, found[-1].finding) == (Finding.FABRICATED, Finding.EXACT)


def test_the_same_is_found_however_often_one_looks() -> None:
    quotes, texts = MANY
    assert look(quotes, *texts) == look(quotes, *texts)


def reply(*quotes: str) -> str:
    claims = [{"text": "…", "quotes": [{"source_id": "0", "quote": quote} for quote in quotes]}]
    return json.dumps({"answer": "…", "claims": claims, "confidence": 1, "refused": False, "missing": ""})


def test_the_model_is_told_to_quote_less() -> None:
    quotes, texts = MANY
    checked = check(reply(*quotes), [Source(str(at), text) for at, text in enumerate(texts)])
    assert "Quote less." in checked.faults[-1]


def test_others_have_their_turn_after_each_quote() -> None:
    steps = list(checking(reply(*["The parcel comes today."] * 7), {"0": Text("The parcel comes today.")}))
    assert steps[:7] == [None] * 7
    assert steps[7] is not None


@pytest.mark.parametrize(("quotes", "texts"), [INVENTED, LETTERS])
def test_in_a_thread_it_holds_up_nobody(quotes: list[str], texts: list[str]) -> None:
    waits: list[float] = []

    async def watch() -> None:
        steps = checking(reply(*quotes), {str(at): Text(text) for at, text in enumerate(texts)})
        checked = asyncio.ensure_future(asyncio.to_thread(list, steps))
        while not checked.done():
            begun = time.perf_counter()
            await asyncio.sleep(0.001)
            waits.append(time.perf_counter() - begun)

    asyncio.run(watch())
    # Of a busy machine's own waits few are as long; before, most were, and some a quarter of a second.
    assert sorted(waits)[len(waits) // 2] < 0.05
