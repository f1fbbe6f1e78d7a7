"""In which run a model last answered a suite: alone, so that nobody else's answers are counted as its own."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from evals.drift.signals import is_measured
from evals.models import Result, Run
from evals.parity.suites import Judging
from evals.tallying import AGAIN

# Of each suite the newest so many are looked through.
_LOOKED_AT: Final = 60


class Answered(NamedTuple):
    """One arm of a run."""

    run: Run
    arm: str


class CaseCount(NamedTuple):
    """Of one case."""

    passes: int
    runs: int
    lost: int


type Counts = Mapping[str, CaseCount]


def runs_of(judging: Judging) -> Sequence[Run]:
    """That asked this content of this version, newest first."""
    of_it = Q(head=judging.version) | Q(base=judging.version)
    rows = Run.objects.finished().filter(of_it, suite=judging.content).newest_first()
    return list(rows[:_LOOKED_AT])


def last_answered(runs: Iterable[Run], judging: Judging, label: str) -> Answered | None:
    """The newest arm all of whose answers came from this model; `label`: provider/model.

    A canary, which asks each case once, only where nothing else is there.
    """
    ordered = sorted(runs, key=lambda run: run.kind == Run.Kind.CANARY)
    arms = (Answered(run, arm) for run in ordered for arm in run.arms if _version(run, arm) == judging.version.pk)
    return next((each for each in arms if _answered_alone(each, label)), None)


def counts_of(wanted: Iterable[Answered]) -> Mapping[tuple[UUID, str], Counts]:
    """By run and arm, how each case did. One query."""
    arms = {(each.run.pk, each.arm) for each in wanted}
    rows = Result.objects.filter(run__in={run for run, _ in arms}, repeat__lt=AGAIN).exclude(done_at=None)
    counted = rows.values_list("run", "arm", "case").annotate(
        passes=Count("case", filter=Q(passed=True)),
        runs=Count("case", filter=Q(passed__isnull=False)),
        lost=Count("case", filter=Q(passed=None)),
    )
    found: dict[tuple[UUID, str], dict[str, CaseCount]] = {arm: {} for arm in arms}
    for run, arm, case, *numbers in counted:
        if (run, arm) in found:
            found[run, arm][case] = CaseCount(*numbers)
    return found


def _version(run: Run, arm: str) -> UUID | None:
    return run.base_id if arm == "base" else run.head_id


def _answered_alone(answered: Answered, label: str) -> bool:
    sums = answered.run.report.get("arms", {}).get(answered.arm, {})
    return set(sums.get("served", ())) == {label} and is_measured(sums)
