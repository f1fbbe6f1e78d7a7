"""Every scorer by the name that suites call it. A new one is a function and a line here."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from evals.scoring import (
    containing,
    equality,
    json_checks,
    judging,
    lengths,
    limits,
    numbers,
    patterns,
    quotes,
    refusals,
)
from evals.scoring.checks import Found
from evals.scoring.judging import Judge
from evals.scoring.question import Question

SCORERS: Final[Mapping[str, Callable[[Question], Found]]] = {
    "contains": containing.contains,
    "contains-all": containing.contains_all,
    "contains-any": containing.contains_any,
    "contains-json": json_checks.contains_json,
    "cost": limits.cost,
    "equals": equality.equals,
    "finish-reason": limits.finish_reason,
    "icontains": containing.icontains,
    "icontains-all": containing.icontains_all,
    "icontains-any": containing.icontains_any,
    "is-json": json_checks.is_json,
    "is-refusal": refusals.is_refusal,
    "latency": limits.latency,
    "levenshtein": lengths.levenshtein,
    "numeric": numbers.numeric,
    "quotes-verified": quotes.quotes_verified,
    "refusal-correct": refusals.refusal_correct,
    "regex": patterns.regex,
    "starts-with": containing.starts_with,
    "word-count": lengths.word_count,
}
# These ask a model.
JUDGED: Final[Mapping[str, Callable[[Question, Judge], Awaitable[Found]]]] = {
    "llm-rubric": judging.llm_rubric,
}
# `not-` turns these scores round too; of the others the score is the verdict.
GRADED: Final = frozenset({"llm-rubric", "quotes-verified"})


def is_known(type_: str) -> bool:
    """With or without `not-`."""
    plain = type_.removeprefix("not-")
    return plain in SCORERS or plain in JUDGED
