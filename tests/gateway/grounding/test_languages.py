"""Quotes in the languages of XQuAD and some more: no list of words decides what was made up."""

import pytest

from gateway.grounding.quotes import Finding, Quote, Text, Verified, verified
from tests.gateway.grounding.languages import LANGUAGES

TRUE = [(language, quote) for language, told in LANGUAGES.items() for quote in told.true]
MADE_UP = [(language, quote) for language, told in LANGUAGES.items() for quote in told.made_up]


def one(language: str, quote: str) -> Verified:
    return next(verified([Quote(0, "own", quote)], {"own": Text(LANGUAGES[language].source)}))


@pytest.mark.parametrize(("language", "quote"), TRUE)
def test_what_the_source_says_holds(language: str, quote: str) -> None:
    assert one(language, quote).holds


@pytest.mark.parametrize(("language", "quote"), MADE_UP)
def test_what_it_does_not_say_is_made_up(language: str, quote: str) -> None:
    assert one(language, quote).finding is Finding.FABRICATED


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_source_stands_in_itself_and_from_where_to_where(language: str) -> None:
    found = one(language, LANGUAGES[language].source)
    assert (found.finding, found.span) == (Finding.EXACT, (0, len(LANGUAGES[language].source)))
