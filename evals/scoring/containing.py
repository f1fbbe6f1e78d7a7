"""contains, contains-any, contains-all, the same without regard to case, starts-with."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from evals.scoring.checks import CannotTell, Found
from evals.scoring.printing import printed, trimmed
from evals.scoring.question import Question

# Between commas: a quoted part, in which \" and "" are quotes, or anything else.
_PART: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.|"")*)"\s*|([^,]*))(?:,|$)', re.DOTALL)
_QUOTE: Final = re.compile(r'\\"|""')


def contains(question: Question) -> Found:
    return _found_one(question, str)


def icontains(question: Question) -> Found:
    return _found_one(question, str.lower)


def contains_any(question: Question) -> Found:
    return _found_some(question, str, at_least=1)


def icontains_any(question: Question) -> Found:
    return _found_some(question, str.lower, at_least=1)


def contains_all(question: Question) -> Found:
    return _found_some(question, str, at_least=None)


def icontains_all(question: Question) -> Found:
    return _found_some(question, str.lower, at_least=None)


def starts_with(question: Question) -> Found:
    passed = question.text.startswith(_filled(question))
    return Found(passed, f"it {'starts' if passed else 'does not start'} with {question.wanted!r}.")


def _found_one(question: Question, folded: Callable[[str], str]) -> Found:
    passed = folded(_filled(question)) in folded(question.text)
    return Found(passed, f"it {'contains' if passed else 'does not contain'} {question.wanted!r}.")


def _filled(question: Question) -> str:
    """Everything contains nothing: a value that is empty asks nothing."""
    if not question.wanted:
        raise CannotTell("its value is empty.")
    return question.wanted


def _found_some(question: Question, folded: Callable[[str], str], *, at_least: int | None) -> Found:
    wanted = _parts(question)
    text = folded(question.text)
    missing = [each for each in wanted if folded(each) not in text]
    passed = len(wanted) - len(missing) >= (len(wanted) if at_least is None else at_least)
    return Found(passed, f"it does not contain: {', '.join(map(repr, missing))}." if missing else "it contains all.")


def _parts(question: Question) -> list[str]:
    """The items of a list as they are; of a text, what commas part."""
    if question.value is None or isinstance(question.value, Mapping):
        raise CannotTell("its value must be a list, or text with commas.")
    if isinstance(question.value, list | tuple):
        parts = [printed(each) for each in question.value]
    else:
        parts = split(question.wanted)
    if not parts:
        raise CannotTell("its value is empty.")
    return parts


def split(text: str) -> list[str]:
    """`red, "blue, or green"` is two; empty parts are dropped."""
    found = (match for match in _PART.finditer(text))
    parts = (
        trimmed(plain) if quoted is None else _QUOTE.sub('"', quoted) for quoted, plain in (m.groups() for m in found)
    )
    return [part for part in parts if part]
