"""The list of runs: what waits for a decision, what is under way, what was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When

from aiops.lib.showing import short
from evals.gate.limits import told_of
from evals.models import Run, Suite
from evals.models.run import MEASURED_ALONE, RunQuerySet
from evals.pills import Pill, pill_of
from evals.views.deciding import DECIDED_IN
from evals.views.finding import progress, runs
from prompts.models import Prompt, Release

PAGE: Final = 30
# What nobody decided on in so long, nobody waits for.
WAITS_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Row:
    run: Run
    planned: int = 0
    done: int = 0
    is_waiting: bool = False

    @property
    def pill(self) -> Pill:
        return pill_of(self.run)

    @property
    def why(self) -> str:
        """The gate's first sentence is its verdict, unless a limit stands against a pass: then that comes first."""
        gate = self.run.report.get("gate", {})
        said = gate.get("sentences", ())
        breached = [] if gate.get("must_pass") else told_of(self.run.verdict, said)
        return short(" ".join([*breached, *said[:1]]), 160)


@dataclass(frozen=True, slots=True)
class Listing:
    waiting: Sequence[Row]
    running: Sequence[Row]
    recent: Sequence[Row]
    has_more: bool
    suites: Sequence[str]
    prompts: Sequence[str]

    @property
    def waits(self) -> int:
        return len(self.waiting)


def listing(*, asked: Mapping[str, str], limit: int, reader: str, at: datetime) -> Listing:
    names = {"suite": "suite__suite__name", "prompt": "prompt__name"}
    chosen = runs().filter(**{field: asked[name] for name, field in names.items() if asked[name]}).newest_first()
    if not asked["canaries"]:
        # One an hour at times: what they found is on the Drift page.
        chosen = chosen.exclude(kind=Run.Kind.CANARY)
    waiting = _mine_first(_waiting(chosen, at), reader)
    over = chosen.exclude(state=Run.State.RUNNING).exclude(pk__in=[row.run.pk for row in waiting])
    recent = list(over[: limit + 1])
    return Listing(
        waiting=waiting,
        running=_under_way(chosen.running()),
        recent=[Row(run) for run in recent[:limit]],
        has_more=len(recent) > limit,
        suites=list(Suite.objects.order_by("name").values_list("name", flat=True)),
        prompts=list(
            Prompt.objects.filter(runs__isnull=False).order_by("name").values_list("name", flat=True).distinct()
        ),
    )


def _waiting(rows: RunQuerySet, at: datetime) -> RunQuerySet:
    """Comparisons whose head callers never got, and that nobody asked again since; a pass while it would be news."""
    undecided = [Run.Verdict.BLOCKED, Run.Verdict.INCONCLUSIVE, Run.Verdict.UNMEASURED]
    finished = rows.finished().filter(Q(verdict__in=undecided) | _passed_and_newer())
    finished = finished.filter(kind=Run.Kind.COMPARISON, ended_at__gte=at - WAITS_FOR)
    again = Run.objects.filter(suite__suite=OuterRef("suite__suite"), head=OuterRef("head"), id__gt=OuterRef("id"))
    superseded = Exists(again.exclude(kind__in=MEASURED_ALONE).exclude(state=Run.State.CANCELLED))
    released = Release.objects.to_all().filter(version=OuterRef("head"), environment=DECIDED_IN)
    return finished.exclude(Exists(released)).exclude(superseded)


def _passed_and_newer() -> Q:
    """Newer than what is live, and the newest of its suite that passed: who releases it leaves none behind."""
    rows = Release.objects.to_all().filter(prompt=OuterRef("prompt"), environment=DECIDED_IN).latest_first()
    # Of a lane that has ended nothing is live.
    live = rows.values_list(Case(When(percent__gt=0, then="version__number")))
    newer = Run.objects.filter(suite__suite=OuterRef("suite__suite"), head__number__gt=OuterRef("head__number"))
    passed = Exists(newer.filter(kind=Run.Kind.COMPARISON, verdict=Run.Verdict.PASS))
    return Q(~passed, verdict=Run.Verdict.PASS, head__number__gt=Subquery(live[:1]))


def _mine_first(rows: Iterable[Run], reader: str) -> list[Row]:
    return [Row(run, is_waiting=True) for run in sorted(rows, key=lambda run: run.started_by_id != reader)]


def _under_way(rows: Iterable[Run]) -> list[Row]:
    found = list(rows)
    counted: Mapping[Any, Mapping[str, int]] = progress(*found)
    return [Row(run, counted[run.pk]["planned"], counted[run.pk]["done"]) for run in found]
