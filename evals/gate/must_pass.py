"""Cases that head must not fail: a single failure is asked again before it blocks. Pure.

Blocking on one failure stops 18 to 45 % of neutral changes, as a must-pass case may waver like any other.
What is asked again is counted apart: only cases that did badly are, so that their answers would bend the difference.
"""

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Final

from evals.gate.tally import Tally

TIMES: Final = 5
MOST_OF_HEAD: Final = 2
LEAST_OF_BASE: Final = 4
# With nobody to ask again, so many failures of so many are not chance: a case that passes 7 times in 10 and did so
# each time in base fails three times in a row once in a hundred.
ENOUGH_ALONE: Final = 3


class Finding(Enum):
    FAILED = auto()
    CLEARED = auto()
    UNKNOWN = auto()


def suspects(tallies: Iterable[Tally]) -> tuple[str, ...]:
    """Must-pass cases that head failed at least once and base never."""
    return tuple(tally.case for tally in tallies if _is_suspect(tally))


def asked_again(cases: Iterable[str], answers: Mapping[str, Tally]) -> dict[str, Finding]:
    """Of cases that all have been asked again, `TIMES` in each arm; unmeasured answers decide nothing."""
    return {case: _finding(answers[case]) for case in cases}


def alone(tallies: Iterable[Tally]) -> dict[str, Finding]:
    """Of the suspects when nothing can be asked again."""
    return {
        tally.case: Finding.FAILED if _fails_always(tally) else Finding.UNKNOWN
        for tally in tallies
        if _is_suspect(tally)
    }


def unproved(new: Iterable[Tally]) -> tuple[Tally, ...]:
    """Of must-pass cases that only head has: those that did not pass, whatever base would have done."""
    return tuple(
        tally for tally in new if tally.must_pass and (not tally.head_runs or tally.head_passes < tally.head_runs)
    )


def _is_suspect(tally: Tally) -> bool:
    return (
        tally.must_pass
        and tally.is_comparable
        and tally.base_passes == tally.base_runs
        and tally.head_passes < tally.head_runs
    )


def _finding(answers: Tally) -> Finding:
    head_at_most = answers.head_passes + max(0, TIMES - answers.head_runs)
    base_at_most = answers.base_passes + max(0, TIMES - answers.base_runs)
    if head_at_most <= MOST_OF_HEAD and answers.base_passes >= LEAST_OF_BASE:
        return Finding.FAILED
    if answers.head_passes > MOST_OF_HEAD or base_at_most < LEAST_OF_BASE:
        return Finding.CLEARED
    return Finding.UNKNOWN


def _fails_always(tally: Tally) -> bool:
    return not tally.head_passes and min(tally.head_runs, tally.base_runs) >= ENOUGH_ALONE
