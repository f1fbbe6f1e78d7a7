"""The marks of the validator, on a sample of a real corpus where that is at hand (`python -m bench quotes`: all)."""

from pathlib import Path

import pytest

from bench import quotes
from bench.quotes import Case

FILES = sorted(quotes.FOLDER.glob("xquad.*.json"))
MOST_REJECTED, MOST_ACCEPTED = 0.005, 0.005


def rate(cases: list[Case]) -> float:
    return sum(case.is_missed() for case in cases) / len(cases)


@pytest.mark.skipif(not FILES, reason=f"no XQuAD in {quotes.FOLDER}")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_true_quotes_hold_and_what_was_made_up_does_not(file: Path) -> None:
    found = list(quotes.cases(quotes.articles(file), each=1))
    true, made_up = [each for each in found if each.is_true], [each for each in found if not each.is_true]
    assert min(len(true), len(made_up)) > 1000
    assert rate(true) <= MOST_REJECTED
    assert rate(made_up) <= MOST_ACCEPTED
