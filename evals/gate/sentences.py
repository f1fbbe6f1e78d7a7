"""The verdict in plain words. Pure."""

from collections.abc import Sequence
from typing import Final

from aiops.lib.figures import MINUS
from evals.gate.interval import Difference
from evals.gate.must_pass import Finding
from evals.gate.tally import Tally
from evals.gate.verdict import Outcome

_NAMED: Final = 5


def headline(outcome: Outcome, apart: Difference, p: float, margin: float) -> str:
    """Head is 6.0 points worse (95% between −9.1 and −2.9); …"""
    between = f"(95% between {points(apart.low)} and {points(apart.high)})"
    return f"{_compared(apart.points)} {between}; {_reason(outcome, p, margin)}."


def of_must_pass(finding: Finding, answers: Tally) -> str:
    passes = f"head passed {answers.head_passes} of {answers.head_runs}"
    passes += f", base {answers.base_passes} of {answers.base_runs}"
    if finding is Finding.FAILED:
        return f"Must-pass case {answers.case} is broken: {passes}."
    return f"Must-pass case {answers.case} may be broken: {passes}."


def of_power(detectable: int | None, cases: int, repeats: float) -> str:
    """100 cases, 3 repeats: a drop of 6 points or more is caught 9 times in 10."""
    suite = f"{counted(cases, 'case')}, {counted(round(repeats), 'repeat')}"
    if detectable is None:
        return f"{suite}: too few to catch any drop 9 times in 10."
    return f"{suite}: a drop of {counted(detectable, 'point')} or more is caught 9 times in 10."


def of_unmeasured(lost: int, units: int) -> tuple[str, ...]:
    return (f"{lost:,} of {counted(units, 'answer')} could not be measured and count nowhere.",) if lost else ()


def of_skipped(cases: Sequence[str]) -> tuple[str, ...]:
    """Cases that one arm, or both, never answered."""
    return (
        (f"Not compared, for want of answers: {named(cases)}. A missing case is not a passing case.",) if cases else ()
    )


def of_new(cases: Sequence[str]) -> tuple[str, ...]:
    return (f"Only in head, and not compared: {named(cases)}.",) if cases else ()


def of_new_must_pass(answers: Tally) -> str:
    """One that nothing of base can be held against."""
    passed = f"passed {answers.head_passes} of {answers.head_runs}" if answers.head_runs else "could not be measured"
    return f"Must-pass case {answers.case} is only in head, and {passed}."


def of_lost(lost: int, asked: int, untold: Sequence[str]) -> str:
    """Of one arm alone; `untold`: must-pass cases with fewer answers than were asked for."""
    missing = f"{lost:,} of {counted(asked, 'answer')} could not be measured"
    return f"{missing}, some of them of must-pass {_cases(untold)}." if untold else f"{missing}."


def of_failing(cases: Sequence[str]) -> str:
    """Of one arm alone."""
    return f"Must-pass {_cases(cases)} {'fails' if len(cases) == 1 else 'fail'}."


def of_time(concurrent: bool) -> tuple[str, ...]:
    if concurrent:
        return ()
    return ("Base and head were not asked at the same time: a change of the provider in between looks the same.",)


def of_too_little(lost: int, units: int, most: float, gone: Sequence[str]) -> str:
    """Why nothing was compared; `gone`: must-pass cases that an arm never answered."""
    if not units:
        return "Nothing to compare: no case has an answer."
    missing = f"{lost:,} of {counted(units, 'answer')} could not be measured"
    if gone:
        return f"Must-pass {_cases(gone)} cannot be compared; {missing}."
    return f"{missing}; at most {100 * most:g}% may be missing."


def named(cases: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(cases) - _NAMED:,} more" if len(cases) > _NAMED else ""
    return ", ".join(cases[:_NAMED]) + more


def points(number: float) -> str:
    """−9.1, 0.0, 2.9."""
    shown = f"{abs(number):.1f}"
    return f"{MINUS}{shown}" if number < 0 and float(shown) else shown


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _compared(difference: float) -> str:
    size = points(abs(difference))
    if size == "0.0":
        return "Head passes as often as base"
    return f"Head is {size} {'point' if size == '1.0' else 'points'} {'worse' if difference < 0 else 'better'}"


def _reason(outcome: Outcome, p: float, margin: float) -> str:
    if outcome is Outcome.PASSED:
        return f"a drop of {_margin(margin)} is ruled out"
    if outcome is Outcome.BLOCKED:
        return f"chance alone brings that {_odds(p)}"
    return f"a drop of {_margin(margin)} is neither ruled out nor shown"


def _margin(margin: float) -> str:
    return f"{margin:g} {'point' if margin == 1 else 'points'}"


def _odds(p: float) -> str:
    """Of a p below one half."""
    return "less than once in 10,000" if p < 1e-4 else f"once in {round(1 / p):,}"


def _cases(cases: Sequence[str]) -> str:
    return f"{'case' if len(cases) == 1 else 'cases'} {named(cases)}"
