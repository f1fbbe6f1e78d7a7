"""Why a case moved, in one line: the first assertion that flipped, and what is said of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiops.lib.showing import short
from evals import wording
from evals.comparing.cells import Cell, Kind
from evals.comparing.content import CaseText
from evals.models import Result, Run
from evals.tallying import AGAIN

_LONGEST: Final = 110
# Of the others nothing is to be explained, or there are no checks that say it.
_EXPLAINED: Final = frozenset({Kind.REGRESSED, Kind.FIXED, Kind.FAILING, Kind.MISSING})


@dataclass(slots=True)
class Flips:
    """Of one case, per arm and check: how often it passed and failed, and the last reason of a failure."""

    passes: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: Counter[tuple[str, int]] = field(default_factory=Counter)
    reasons: dict[tuple[str, int], str] = field(default_factory=dict)
    error: str = ""

    def add(self, arm: str, checks: Sequence[Mapping[str, Any]], error: str) -> None:
        self.error = error or self.error
        for place, check in enumerate(checks):
            if check["verdict"] == "pass":
                self.passes[arm, place] += 1
            else:
                self.failures[arm, place] += 1
                self.reasons.setdefault((arm, place), check.get("reason", ""))

    def flipped(self, to: str, *, places: Iterable[int]) -> int | None:
        """The first check that fails more often in this arm than in the other."""
        other = "base" if to == "head" else "head"
        return next((place for place in places if self._failing(to, place) > self._failing(other, place)), None)

    def _failing(self, arm: str, place: int) -> float:
        failures = self.failures[arm, place]
        return failures / (failures + self.passes[arm, place]) if failures else 0.0


def flips_of(run: Run, cells: Sequence[Cell]) -> dict[str, Flips]:
    """Of the cases that are shown, and of these only what has to be explained."""
    keys = [cell.key for cell in cells if cell.kind in _EXPLAINED]
    found: dict[str, Flips] = defaultdict(Flips)
    rows = Result.objects.of(run).asked().filter(case__in=keys, repeat__lt=AGAIN).order_by("repeat")
    for case, arm, checks, error in rows.values_list("case", "arm", "checks", "error") if keys else ():
        found[case].add(arm, checks, error)
    return found


def cause_of(cell: Cell, case: CaseText, flips: Mapping[str, Flips]) -> str:
    if cell.kind is Kind.REWORDED:
        return "other words, and still fails" if cell.head.passed == 0 else "wording only"
    found = flips.get(cell.key)
    if found is None:
        return {Kind.NEW: "base never answered", Kind.PASSING: "passes every time"}.get(cell.kind, "")
    if cell.kind is Kind.MISSING:
        return short(found.error, _LONGEST) or "never measured"
    return _of_check(found, case, failed_in="base" if cell.kind is Kind.FIXED else "head")


def _of_check(flips: Flips, case: CaseText, *, failed_in: str) -> str:
    checks = case.checks
    place = flips.flipped(failed_in, places=range(len(checks)))
    if place is None:
        return short(flips.error, _LONGEST) or "its checks together"
    if failed_in == "base":
        return short(f"now: {wording.label(checks[place])}", _LONGEST)
    return short(flips.reasons.get((failed_in, place), ""), _LONGEST) or wording.label(checks[place])
