"""An output of a case, graded: each assertion checked, then counted together."""

from collections.abc import Mapping
from typing import Any, Final

from evals.scoring import bounded, filling, tally
from evals.scoring.checks import CannotTell, Check, Found, Graded, Output, Verdict
from evals.scoring.judging import Judge
from evals.scoring.printing import storable
from evals.scoring.question import Question
from evals.scoring.registry import GRADED, JUDGED, SCORERS
from evals.suites.assertions import SET
from evals.suites.model import Assertion, Case

_LONGEST_REASON: Final = 2_000


async def grade(case: Case, output: Output, judge: Judge | None = None) -> Graded:
    """Never raises for what is in the case or the output: what cannot be told is unscored, with the reason."""
    try:
        variables = await filling.settled(case.vars)
    except CannotTell as fault:
        return tally.graded([(each, _untold(each, fault)) for each in case.checks], case.threshold)
    told = [(each, await _told(each, case, output, variables, judge)) for each in case.checks]
    return tally.graded(told, case.threshold)


type Told = tuple[Check, tuple[Check, ...]]


def _untold(assertion: Assertion, fault: CannotTell) -> Told:
    """Of a case whose variables cannot be filled in."""
    found = [_unscored(each, f"its variables: {fault}") for each in (assertion, *assertion.parts)]
    return found[0], tuple(found[1:])


async def _told(
    assertion: Assertion, case: Case, output: Output, variables: Mapping[str, Any], judge: Judge | None
) -> Told:
    """The check, and those of its parts."""
    parts = tuple([await _checked(part, case, output, variables, judge) for part in assertion.parts])
    if assertion.type != SET:
        return await _checked(assertion, case, output, variables, judge), ()
    return tally.of_set(assertion, parts, await _metric(assertion, variables)), parts


async def _checked(
    assertion: Assertion, case: Case, output: Output, variables: Mapping[str, Any], judge: Judge | None
) -> Check:
    metric = await _metric(assertion, variables)
    try:
        _require(case, output, assertion)
        value = await filling.rendered(assertion.value, variables)
        plain = assertion.type.removeprefix("not-")
        found = await _found(Question(plain, value, assertion, case, output, variables), judge)
    except CannotTell as fault:
        return _unscored(assertion, str(fault), metric)
    # A scorer of ours that breaks must not take the run with it.
    except Exception as fault:
        return _unscored(assertion, f"the scorer broke: {fault!r}", metric)
    return tally.weighed(assertion, _check(assertion, found, metric))


def _unscored(assertion: Assertion, reason: str, metric: str = "") -> Check:
    return Check(assertion.type, Verdict.UNSCORED, None, storable(reason, most=_LONGEST_REASON), metric)


def _require(case: Case, output: Output, assertion: Assertion) -> None:
    fault = case.unsupported or assertion.unsupported
    if output.error or fault:
        raise CannotTell(f"the call failed: {output.error}" if output.error else fault)


async def _found(question: Question, judge: Judge | None) -> Found:
    scorer = SCORERS.get(question.type)
    if scorer:
        return await bounded.in_thread(scorer, question)
    judged = JUDGED.get(question.type)
    if judged is None:
        raise CannotTell(f"there is no scorer {question.type}.")
    if judge is None:
        raise CannotTell("there is no judge.")
    return await judged(question, judge)


def _check(assertion: Assertion, found: Found, metric: str) -> Check:
    is_inverse = assertion.type.startswith("not-")
    passed = not found.is_broken and found.passed is not is_inverse
    return Check(
        assertion.type,
        Verdict.PASS if passed else Verdict.FAIL,
        _score(found, passed, is_inverse, assertion.type.removeprefix("not-")),
        storable(found.reason, most=_LONGEST_REASON),
        metric,
        facts=found.facts,
    )


def _score(found: Found, passed: bool, is_inverse: bool, type_: str) -> float:
    if found.score is None or found.is_broken:
        return float(passed)
    if not is_inverse:
        return found.score
    return min(1.0, max(0.0, 1 - found.score)) if type_ in GRADED else float(passed)


async def _metric(assertion: Assertion, variables: Mapping[str, Any]) -> str:
    try:
        return storable(await filling.rendered(assertion.metric, variables), most=_LONGEST_REASON)
    except CannotTell:
        return assertion.metric
