"""What suites say and nobody reads, nobody can judge, or asks nothing: told before anything is run."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from aiops.cli.plain import plain
from aiops.cli.printing import counted

if TYPE_CHECKING:
    from evals.suites.model import Assertion, Case, Suite

_NEED_A_THRESHOLD: Final = frozenset({"cost", "latency"})
# An empty text is something to equal, or to be near to.
_NEED_A_VALUE: Final = frozenset({"equals", "levenshtein", "llm-rubric"})
_NEED_MORE_THAN_NOTHING: Final = frozenset(
    {
        "contains", "contains-all", "contains-any", "finish-reason", "icontains", "icontains-all", "icontains-any",
        "numeric", "regex", "starts-with", "word-count",
    }
)  # fmt: skip


def remarks(suites: "Iterable[Suite]") -> list[str]:
    """Never of what is counted as failed."""
    return [plain(f"suite {suite.name}: {told}") for suite in suites for told in _of(suite)]


def asks(case: "Case") -> bool:
    """Whether there is an answer that would not pass."""
    return any(map(_counts, case.checks)) and not _always_holds(case.threshold)


def _of(suite: "Suite") -> Iterator[str]:
    if suite.unknown:
        yield f"not read: {', '.join(suite.unknown)}."
    for what, reason, cases in [*map(astuple, suite.unsupported), *_faulty(suite)]:
        yield f"{counted(cases, 'case')} with {what} cannot be judged: {reason}"
    idle = sum(not asks(case) for case in suite.cases)
    if idle:
        have = "has" if idle == 1 else "have"
        told = f"{idle:,} of {counted(len(suite.cases), 'case')} {have} no assertion that counts"
        yield f"{told}: {'it passes' if idle == 1 else 'they pass'} whatever is answered."


def _faulty(suite: "Suite") -> Iterator[tuple[str, str, int]]:
    found = Counter(fault for case in suite.cases for fault in dict.fromkeys(_faults(case)))
    return ((type_, reason, cases) for (type_, reason), cases in found.items())


def _faults(case: "Case") -> Iterator[tuple[str, str]]:
    from evals.suites.model import every  # noqa: PLC0415 - with the readers, which other commands must not pay for

    for check in every(case.checks):
        reason = "" if check.unsupported or check.parts else _fault(check)
        if reason:
            yield check.type, reason


def _fault(check: "Assertion") -> str:
    from evals.scoring.registry import JUDGED, SCORERS, is_known  # noqa: PLC0415 - as above
    from evals.suites.assertions import SET  # noqa: PLC0415

    type_ = check.type.removeprefix("not-")
    if check.type != SET and not is_known(check.type):
        near = get_close_matches(type_, [*SCORERS, *JUDGED], n=1)
        return f"there is no such assertion.{f' Did you mean {near[0]}?' if near else ''}"
    if type_ in _NEED_A_THRESHOLD and check.threshold is None:
        return "it has no threshold."
    is_missing = check.value is None or (type_ in _NEED_MORE_THAN_NOTHING and check.value in ("", [], ()))
    return "it has no value." if is_missing and type_ in _NEED_A_VALUE | _NEED_MORE_THAN_NOTHING else ""


def _counts(check: "Assertion") -> bool:
    from evals.suites.assertions import SET  # noqa: PLC0415 - as above

    if check.type == SET and (_always_holds(check.threshold) or not any(map(_counts, check.parts))):
        return False
    return check.weight != 0


def _always_holds(threshold: float | None) -> bool:
    return threshold is not None and threshold <= 0
