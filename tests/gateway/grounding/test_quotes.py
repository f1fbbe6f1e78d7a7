"""Properties of the quote validator; examples are in tests/evals/scoring/test_quotes.py."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.grounding.folding import folded
from gateway.grounding.quotes import Finding, Quote, Verified, verify

TEXT = """
the refund is paid within 5 working days after parcel 30 reaches our warehouse – it isn't “free” and café naïve
Straße ﬁne ½ 14:00 4.90 euro never before March 2025 ﷺ 한국어 が e\u0301te\u0301 \u00a0 order’s −3 no. Sundays
Ver\u00adsand 10² 6½ ٣٠ ab\u200bcd \u200eend\u200f … $5 हिन्दी ไม่ดี
"""
WORDS = TEXT.split()
SPACES = st.sampled_from([" ", "  ", "\n", "\t", "\u00a0", " \r\n ", "\u2009"])
SIGNS = (
    ("“", '"'),
    ("”", '"'),
    ("’", "'"),
    ("–", "-"),
    ("−", "-"),
    (" ", "\u00a0"),
    ("é", "e\u0301"),
    ("ﬁ", "fi"),
    ("\u00ad", ""),
    ("\u200b", ""),
    ("٣٠", "30"),
)


@st.composite
def texts(draw: st.DrawFn, least: int = 4) -> tuple[list[str], list[str]]:
    """Words, and the space after each."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=least, max_size=60))
    return words, draw(st.lists(SPACES, min_size=len(words), max_size=len(words)))


def joined(words: list[str], spaces: list[str]) -> str:
    return "".join(word + space for word, space in zip(words, spaces, strict=True))


def one(quote: str, source: str, **others: str) -> Verified:
    return verify([Quote(0, "own", quote)], {"own": source, **others})[0]


@given(texts(), st.data())
def test_what_is_cut_from_a_source_stands_there_and_where_is_told(
    text: tuple[list[str], list[str]], data: st.DataObject
) -> None:
    words, spaces = text
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    source, quote = joined(words, spaces), joined(words[first : last + 1], spaces[first : last + 1])
    bare = folded(quote).strip(" \"'")
    assume(bare)
    found = one(quote, source)
    assert found.finding is Finding.EXACT
    assert found.span is not None
    start, end = found.span
    assert folded(source[start:end]).strip(" \"'") == bare


@given(texts(), st.sampled_from(SIGNS))
def test_signs_and_spaces_of_another_kind_are_the_same(
    text: tuple[list[str], list[str]], sign: tuple[str, str]
) -> None:
    source = joined(*text)
    assume(folded(source).strip(" \"'"))
    assert one(source.replace(*sign), source).finding is Finding.EXACT


@given(texts(12), st.data())
def test_another_number_never_holds(text: tuple[list[str], list[str]], data: st.DataObject) -> None:
    source = joined(*text)
    numbers = list(re.finditer(r"\d+", source))
    assume(numbers)
    number = data.draw(st.sampled_from(numbers))
    other = str(data.draw(st.integers(100, 99_999)))
    quote = source[: number.start()] + other + source[number.end() :]
    assume(other not in source)
    assert not one(quote, source).holds


@pytest.mark.parametrize("word", ["not", "never", "no", "without", "nicht", "jamais"])
@given(texts(20), st.data())
def test_a_negation_put_in_never_holds(word: str, text: tuple[list[str], list[str]], data: st.DataObject) -> None:
    words, spaces = text
    at = data.draw(st.integers(1, len(words) - 1))
    quote = joined([*words[:at], word, *words[at:]], [*spaces, " "])
    assert not one(quote, joined(words, spaces)).holds


@given(texts(20), st.data())
def test_one_letter_that_is_in_no_number_and_no_negation_is_near(
    text: tuple[list[str], list[str]], data: st.DataObject
) -> None:
    words, spaces = text
    places = [place for place, word in enumerate(words) if word in ("working", "reaches", "warehouse", "before")]
    assume(places)
    place = data.draw(st.sampled_from(places))
    quote = joined([*words[:place], words[place] + "e", *words[place + 1 :]], spaces)
    found = one(quote, joined(words, spaces))
    assert found.finding in (Finding.NEAR, Finding.EXACT)


@given(texts())
def test_what_stands_elsewhere_only_is_the_wrong_source(other: tuple[list[str], list[str]]) -> None:
    own, quote = "Gift cards are valid for 3 years.", "zebra " + joined(*other).strip() + " zebra"
    assert one(quote, own, other=f"x {quote} x").finding is Finding.WRONG_SOURCE
    assert one(quote, own).finding is Finding.FABRICATED


@given(st.text(max_size=80), st.text(max_size=200))
def test_whatever_the_texts_are_it_answers(quote: str, source: str) -> None:
    found = one(quote, source)
    assert found.holds is (found.span is not None)
    assert found.span is None or 0 <= found.span[0] < found.span[1] <= len(source)


@given(st.text(max_size=300))
def test_a_whole_source_stands_in_itself(source: str) -> None:
    bare = folded(source).strip(" \"'")
    assume(bare)
    found = one(source, source)
    assert found.finding is Finding.EXACT
    assert found.span is not None
    assert folded(source[slice(*found.span)]).strip(" \"'") == bare


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        (
            "It is open from March 3 to May 9 for all members of the club",
            "It is open from March 3 to May 9 for all members of a club",
        ),
        ("The office is closed on Sunday.", "The office is closed on Sundays."),
    ],
)
def test_a_few_letters_off_are_near(quote: str, source: str) -> None:
    assert one(quote, source).finding is Finding.NEAR


def test_another_month_is_another_date() -> None:
    source = "The reduced fee of the club applies to all its members from 3 June on, whatever they pay elsewhere."
    assert one(source.replace("June", "July"), source).finding is Finding.FABRICATED


@pytest.mark.parametrize(
    ("quote", "source"),
    [
        ("It weighs 102 tons in all.", "It weighs 10² tons in all."),
        ("They made 61/2 sacks in all.", "They made 6½ sacks in all."),
        ("It costs €5 a month for members.", "It costs $5 a month for members."),
        ("It was -5 degrees in the town.", "It was 5 degrees in the town."),
        ("It rose by 5 percent over the year.", "It rose by 5 per mille over the year."),
        ("The employee pays for the course in full.", "The employer pays for the course in full."),
        ("All of the united players were seen that day.", "All of the untied players were seen that day."),
        (
            "The player was seen by the players' club at noon.",
            "The players was seen by the player, the players' club at noon.",
        ),
    ],
)
def test_what_looks_alike_is_not_the_same(quote: str, source: str) -> None:
    assert one(quote, source).finding is Finding.FABRICATED


SKIPPED = """The fee is 30 euros for adults, and it is paid at the door. Children pay less. \
Dogs are not allowed in the hall, but cats are. The U.S. office opens at 9 on most days of the week.

Refunds
- members: within 5 working days of the request
- guests: none at all whatever the reason for it
"""


@pytest.mark.parametrize(
    "quote",
    [
        "The fee is 30 euros … paid at the door.",
        "The fee is 30 euros [...] it is paid at the door",
        "The fee is 30 euros for adults, and it is paid at the door. (…) Dogs are not allowed in the hall",
        "… is 30 euros for adults …",
        "The U.S. office ... on most days of the week.",
    ],
)
def test_a_part_of_a_sentence_or_whole_sentences_may_be_left_out(quote: str) -> None:
    found = one(quote, SKIPPED)
    assert found.holds
    assert found.span is not None
    pieces = folded(quote).strip(" .[]").replace("[...]", "...").replace("(...)", "...").split("...")
    stands = folded(SKIPPED[slice(*found.span)])
    assert stands.startswith(pieces[0].strip())
    assert stands.rstrip(".").endswith(pieces[-1].strip(" ."))


@pytest.mark.parametrize(
    "quote",
    [
        # Over a negation, from one sentence into another, backwards, over items of a list, of crumbs.
        "Dogs are … in the hall, but cats are.",
        "The fee is 30 euros … allowed in the hall",
        "paid at the door … The fee is 30 euros",
        "members: within 5 working days … whatever the reason for it",
        "The … fee … paid … door",
        "The fee is 31 euros … paid at the door.",
    ],
)
def test_no_more_may_be_left_out(quote: str) -> None:
    assert one(quote, SKIPPED).finding is Finding.FABRICATED
