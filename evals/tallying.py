"""A run's results as the gate reads them: how often each case passed, in each arm."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from evals.gate.tally import Tally
from evals.models import Result, Run

# Repeats from here on are of must-pass cases that were asked again; the gate counts them apart.
AGAIN: Final = 100


class Counted(NamedTuple):
    tallies: list[Tally]
    asked_again: dict[str, Tally]
    # Answers that nobody could score, of those that are not asked again.
    unmeasured: int
    # How often every case was asked, in each arm.
    repeats: int


def count(run: Run, cases: Iterable[str], must_pass: Collection[str]) -> Counted:
    rows = list(Result.objects.of(run).asked().values_list("arm", "case", "repeat", "passed"))
    first = [(arm, case, passed) for arm, case, repeat, passed in rows if repeat < AGAIN]
    again = [(arm, case, passed) for arm, case, repeat, passed in rows if repeat >= AGAIN]
    careful = dict.fromkeys(case for _, case, _ in again)
    return Counted(
        tallies=_tallies(first, cases, must_pass),
        asked_again={tally.case: tally for tally in _tallies(again, careful, must_pass)},
        unmeasured=sum(passed is None for _, _, passed in first),
        repeats=max((repeat + 1 for _, _, repeat, _ in rows if repeat < AGAIN), default=0),
    )


def _tallies(
    rows: Iterable[tuple[str, str, bool | None]], cases: Iterable[str], must_pass: Collection[str]
) -> list[Tally]:
    known = [(arm, case, passed) for arm, case, passed in rows if passed is not None]
    runs = Counter((arm, case) for arm, case, _ in known)
    passes = Counter((arm, case) for arm, case, passed in known if passed)
    return [
        Tally(
            case,
            passes["base", case],
            runs["base", case],
            passes["head", case],
            runs["head", case],
            must_pass=case in must_pass,
        )
        for case in cases
    ]
