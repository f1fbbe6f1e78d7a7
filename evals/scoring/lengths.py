"""levenshtein, word-count."""

import re
from collections.abc import Mapping
from typing import Final

from rapidfuzz.distance import Levenshtein

from evals.scoring.checks import CannotTell, Found
from evals.scoring.printing import SPACE, trimmed, units
from evals.scoring.question import Question
from evals.suites.fields import number_of

_USUAL_DISTANCE: Final = 5.0
_LONGEST: Final = 100_000
_SPACE: Final = re.compile(f"[{SPACE}]+")


def levenshtein(question: Question) -> Found:
    """Counted in UTF-16 units."""
    limit = _USUAL_DISTANCE if question.threshold is None else question.threshold
    if max(len(question.text), len(question.wanted)) > _LONGEST:
        raise CannotTell(f"the text is longer than {_LONGEST:,} characters.")
    distance = Levenshtein.distance(units(question.text), units(question.wanted))
    return Found(distance <= limit, f"{distance} changes away; {limit:g} are allowed.")


def word_count(question: Question) -> Found:
    words = len(_SPACE.split(trimmed(question.text))) if trimmed(question.text) else 0
    least, most = _range(question)
    return Found(least <= words <= most, f"it has {words} words; {least:g} to {most:g} are wanted.")


def _range(question: Question) -> tuple[float, float]:
    value = question.value
    if isinstance(value, Mapping) and not value.keys().isdisjoint({"min", "max"}):
        ends = number_of(value.get("min", 0)), number_of(value.get("max", 1e9))
    else:
        ends = number_of(value), number_of(value)
    if ends[0] is None or ends[1] is None:
        raise CannotTell("its value must be a number, or {min, max}.")
    return ends[0], ends[1]
