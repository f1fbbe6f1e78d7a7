"""equals."""

from collections.abc import Mapping
from typing import Any

from evals.scoring.checks import Found
from evals.scoring.question import Question
from evals.suites.values import NotJson, read_json


def equals(question: Question) -> Found:
    """Text character by character; an object or a list as JSON."""
    if isinstance(question.value, Mapping | list | tuple):
        return _equals_json(question)
    passed = question.text == question.wanted
    return Found(passed, "it is equal." if passed else f"it is not {_short(question.wanted)}.")


def _equals_json(question: Question) -> Found:
    try:
        passed = _same(read_json(question.text), question.value)
    except NotJson as fault:
        return Found(False, f"it is not JSON: {fault}")
    return Found(passed, "it is equal." if passed else "it is other JSON.")


def _same(one: Any, other: Any) -> bool:
    """1 is 1.0, but true is not 1."""
    if isinstance(one, dict) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _short(text: str) -> str:
    return repr(text if len(text) <= 200 else f"{text[:199]}…")
