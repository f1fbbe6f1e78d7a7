"""`__expected` cells of a CSV file, as promptfoo has them: `contains-any: a, b`, `levenshtein(3): text`."""

import re
from typing import Any, Final

# With a colon or a threshold, or bare, these name an assertion; any other text is what the output must equal.
_TYPES: Final = (
    "answer-relevance|bleu|classifier|contains|contains-all|contains-any|contains-html|contains-json|"
    "contains-sql|contains-xml|context-faithfulness|context-recall|context-relevance|cost|equals|factuality|"
    "finish-reason|g-eval|gleu|guardrails|icontains|icontains-all|icontains-any|is-html|is-json|is-refusal|"
    "is-sql|is-valid-function-call|is-valid-openai-function-call|is-valid-openai-tools-call|is-xml|javascript|"
    "latency|levenshtein|llm-rubric|meteor|model-graded-closedqa|model-graded-factuality|moderation|numeric|"
    "perplexity|perplexity-score|pi|python|quotes-verified|refusal-correct|regex|rouge-n|ruby|similar|"
    "starts-with|tool-call-f1|trajectory|webhook|word-count"
)
_EXPECTED = re.compile(rf"(not-)?({_TYPES})(?:\((\d+(?:\.\d+)?)\))?(?::(.*))?", re.DOTALL)
_SHORT: Final = {"fn:": "javascript", "eval:": "javascript", "grade:": "llm-rubric"}
# A cell cannot leave these open: without a number of its own, levenshtein must be exact.
_THRESHOLDS: Final = {"levenshtein": 0.75, "rouge-n": 0.75, "latency": 0.75, "cost": 0.75, "similar": 0.8}
_KEEP_THEIR_OWN: Final = frozenset({"bleu", "gleu", "meteor"})


def assertion(cell: str) -> dict[str, Any]:
    """The assertion as YAML would have it."""
    text = cell.strip()
    for prefix, kind in _SHORT.items():
        if text.startswith(prefix):
            return {"type": kind, "value": text.removeprefix(prefix).strip()}
    found = _EXPECTED.fullmatch(text)
    if found is None:
        return {"type": "equals", "value": text}
    inverse, kind, threshold, value = found.groups()
    return {"type": f"{inverse or ''}{kind}", **_value(value), **_threshold(kind, threshold)}


def _value(text: str | None) -> dict[str, Any]:
    return {} if text is None or not text.strip() else {"value": text.strip()}


def _threshold(kind: str, text: str | None) -> dict[str, Any]:
    if kind in _KEEP_THEIR_OWN:
        return {}
    number = float(text) if text else _THRESHOLDS.get(kind)
    return {} if number is None else {"threshold": number}
