"""How each case did in each arm, and what became of it: regressed, fixed, only reworded, the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, BooleanField, Count, Func, Q, Value

from evals.models import Result, Run
from evals.tallying import AGAIN


class Kind(StrEnum):
    """Of a case in a comparison, worst first; the last two are of one version alone."""

    REGRESSED = "regressed"
    MISSING = "missing"
    NEW = "new"
    FIXED = "fixed"
    REWORDED = "reworded"
    SAME = "same"
    FAILING = "failing"
    PASSING = "passing"


_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}
CHANGED: Final = (Kind.REGRESSED, Kind.MISSING, Kind.NEW, Kind.FIXED, Kind.REWORDED)


class Side(NamedTuple):
    """One case in one arm: so many answers that could be scored, and how many of them passed."""

    measured: int = 0
    passed: int = 0

    @property
    def share(self) -> float | None:
        return self.passed / self.measured if self.measured else None

    @property
    def is_flaky(self) -> bool:
        return 0 < self.passed < self.measured


@dataclass(frozen=True, slots=True)
class Cell:
    key: str
    kind: Kind
    must_pass: bool
    base: Side | None
    head: Side

    @property
    def is_flaky(self) -> bool:
        """Base wavers too: a single failure of head says little."""
        return self.base is not None and self.base.is_flaky

    @property
    def is_lost(self) -> bool:
        """It passed each time, and passes no more."""
        return self.base is not None and self.base.share == 1 and self.head.share == 0

    @property
    def urgency(self) -> tuple[int, bool, bool, float]:
        """What must pass before the rest, what wavers anyway last, then by how far it fell."""
        fell = (self.head.share or 0.0) - ((self.base.share or 0.0) if self.base else 0.0)
        return _ORDER[self.kind], not self.must_pass, self.is_flaky, fell


def cells_of(run: Run, cases: Mapping[str, bool]) -> list[Cell]:
    """Of every case, whether it must pass; in the order of their urgency. One query, whatever their number."""
    counted = _counted(run)
    found = (_cell(run, key, must_pass, counted.get(key, _UNASKED)) for key, must_pass in cases.items())
    return sorted(found, key=lambda each: each.urgency)


def cell_of(run: Run, key: str, *, must_pass: bool) -> Cell:
    return _cell(run, key, must_pass, _counted(run, [key]).get(key, _UNASKED))


class _Counts(NamedTuple):
    base: Side
    head: Side
    # Some answer of head is one that base gave too.
    repeats: bool


_UNASKED: Final = _Counts(Side(), Side(), repeats=False)


def _cell(run: Run, key: str, must_pass: bool, counts: _Counts) -> Cell:
    kind = _kind_of_two(counts) if run.is_comparison else _kind_of_one(counts.head)
    return Cell(key, kind, must_pass, counts.base if run.is_comparison else None, counts.head)


def _kind_of_one(head: Side) -> Kind:
    if head.share is None:
        return Kind.MISSING
    return Kind.PASSING if head.share == 1 else Kind.FAILING


def _kind_of_two(counts: _Counts) -> Kind:
    """By how often it passed; between equals, by whether the answers are other ones."""
    was, now = counts.base.share, counts.head.share
    if now is None or was is None:
        return Kind.MISSING if now is None else Kind.NEW
    if now != was:
        return Kind.REGRESSED if now < was else Kind.FIXED
    return Kind.SAME if counts.repeats else Kind.REWORDED


def _counted(run: Run, keys: Iterable[str] | None = None) -> dict[str, _Counts]:
    """What was asked again of must-pass cases is not counted, as the gate does not."""
    rows = Result.objects.of(run).asked().filter(repeat__lt=AGAIN)
    rows = rows if keys is None else rows.filter(case__in=list(keys))
    base, head, passed = Q(arm="base"), Q(arm="head"), Q(passed=True)
    counts = rows.values_list("case").annotate(
        base_measured=Count("passed", filter=base),
        base_passed=Count("passed", filter=base & passed),
        head_measured=Count("passed", filter=head),
        head_passed=Count("passed", filter=head & passed),
        repeats=_Overlap(ArrayAgg(_hash(), filter=base), ArrayAgg(_hash(), filter=head)),
    )
    return {
        case: _Counts(Side(base_measured, base_passed), Side(head_measured, head_passed), bool(repeats))
        for case, base_measured, base_passed, head_measured, head_passed, repeats in counts
    }


def _hash() -> Func:
    """Ten times as fast as MD5: nothing is found by it, and nobody gains by a collision."""
    return Func("output", Value(0), function="hashtextextended", output_field=BigIntegerField())


class _Overlap(Func):
    template = "%(expressions)s"
    arg_joiner = " && "
    output_field = BooleanField()
