"""What an assertion asks, in words for people. Pure: from a suite's content as it is stored."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aiops.lib.showing import short
from evals.scoring.registry import JUDGED
from evals.showing import plain
from evals.suites.assertions import SET

_LONGEST: Final = 140
# As it is, and with `not-`. `{v}` is the value, `{t}` the threshold.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "contains": ("Contains {v}", "Does not contain {v}"),
    "contains-all": ("Contains all of {v}", "Does not contain all of {v}"),
    "contains-any": ("Contains one of {v}", "Contains none of {v}"),
    "contains-json": ("Contains JSON", "Contains no JSON"),
    "cost": ("Costs at most ${t}", "Costs more than ${t}"),
    "equals": ("Is {v}", "Is not {v}"),
    "finish-reason": ("Finishes with {v}", "Does not finish with {v}"),
    "icontains": ("Contains {v}", "Does not contain {v}"),
    "icontains-all": ("Contains all of {v}", "Does not contain all of {v}"),
    "icontains-any": ("Contains one of {v}", "Contains none of {v}"),
    "is-json": ("Is JSON as asked", "Is not JSON"),
    "is-refusal": ("Refuses", "Does not refuse"),
    "latency": ("Answers within {t} ms", "Takes longer than {t} ms"),
    "levenshtein": ("Close to {v}", "Not close to {v}"),
    "numeric": ("Says the number {v}", "Does not say the number {v}"),
    "quotes-verified": ("Quotes are in their sources", "Quotes are not in their sources"),
    "regex": ("Matches {v}", "Does not match {v}"),
    "starts-with": ("Begins with {v}", "Does not begin with {v}"),
    "word-count": ("Has {v} words", "Has not {v} words"),
}
_REFUSALS: Final[Mapping[Any, str]] = {True: "Refuses to answer", False: "Answers"}


def every(checks: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Each assertion, a set followed by its parts: the order in which results are told."""
    for check in checks:
        yield check
        yield from check.get("parts", ())


def label(check: Mapping[str, Any]) -> str:
    """Contains “30 days”; a judge's rubric is its own label."""
    name, value = str(check["type"]), check.get("value")
    kind = name.removeprefix("not-")
    if kind == SET:
        return short(check.get("metric", ""), _LONGEST) or "A set of checks"
    if kind == "refusal-correct":
        return _REFUSALS.get(value, "Refuses when it should, and only then")
    if kind in JUDGED:
        return short(plain(value or ""), _LONGEST) or "As the judge sees it"
    words = _WORDS.get(kind)
    if words is None:
        return short(f"{name} {plain(value) if value is not None else ''}", _LONGEST)
    return words[name != kind].format(v=_quoted(value), t=f"{check.get('threshold') or 0:,g}")


def sort(check: Mapping[str, Any]) -> str:
    return "Judge" if str(check["type"]).removeprefix("not-") in JUDGED else "Rule"


def _quoted(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_quoted(each) for each in value[:5]) + (" …" if len(value) > 5 else "")
    return f"“{short(value, 80)}”" if isinstance(value, str) else short(plain(value), 80)
