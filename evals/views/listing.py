"""The list of runs: what waits for a decision, what is under way, what was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef

from aiops.lib.showing import short
from evals.models import Run, Suite
from evals.models.run import RunQuerySet
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

    @property
    def pill(self) -> Pill:
        return pill_of(self.run)

    @property
    def why(self) -> str:
        """The gate's first sentence is its verdict."""
        said = self.run.report.get("gate", {}).get("sentences", ())
        return short(said[0], 160) if said else ""


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
    """Comparisons without a pass whose head callers never got, and that nobody asked again since."""
    undecided = [Run.Verdict.BLOCKED, Run.Verdict.INCONCLUSIVE, Run.Verdict.UNMEASURED]
    finished = rows.finished().filter(kind=Run.Kind.COMPARISON, verdict__in=undecided, ended_at__gte=at - WAITS_FOR)
    again = Run.objects.filter(suite__suite=OuterRef("suite__suite"), head=OuterRef("head"), id__gt=OuterRef("id"))
    superseded = Exists(again.exclude(kind=Run.Kind.CANARY).exclude(state=Run.State.CANCELLED))
    released = Release.objects.filter(version=OuterRef("head"), environment=DECIDED_IN)
    return finished.exclude(Exists(released)).exclude(superseded)


def _mine_first(rows: Iterable[Run], reader: str) -> list[Row]:
    return [Row(run) for run in sorted(rows, key=lambda run: run.started_by_id != reader)]


def _under_way(rows: Iterable[Run]) -> list[Row]:
    found = list(rows)
    counted: Mapping[Any, Mapping[str, int]] = progress(*found)
    return [Row(run, **counted[run.pk]) for run in found]
