"""What judges a feature's prompts, and with what verdicts."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from evals.drift.series import arm_of
from evals.drift.signals import is_measured
from evals.models import Run, Suite, SuiteVersion
from prompts.models import Prompt, Release
from readiness.facts.prompts import FeaturePrompts


@dataclass(frozen=True, slots=True)
class Judged:
    suites: Sequence[Suite] = ()
    # Of each live version, its newest run that has a verdict.
    verdicts: Mapping[UUID, Run] | None = None
    # Of each prompt, the newest run that was blocked.
    blocked: Sequence[Run] = ()
    # When a pass rate was last measured.
    measured_at: datetime | None = None
    measured: Run | None = None

    # Versions that went live on somebody's word instead of a verdict; whether they still are says nothing of the gate.
    forced: Sequence[Release] = ()

    def let_through(self, red: Run) -> Release | None:
        """How it went live although this run had blocked it."""
        mine = (each for each in self.forced if each.version_id == red.head_id)
        return next((each for each in mine if red.ended_at and each.made_at >= red.ended_at), None)

    def verdict_on(self, version: UUID) -> Run | None:
        return (self.verdicts or {}).get(version)


def of_features(prompts: Mapping[UUID, FeaturePrompts]) -> Mapping[UUID, Judged]:
    suites = list(Suite.objects.filter(current__isnull=False).select_related("current").defer("current__content"))
    verdicts = _verdicts({version.pk for each in prompts.values() for version in each.versions})
    blocked = {run.prompt_id: run for run in _newest(Q(verdict=Run.Verdict.BLOCKED), "prompt")}
    forced = _forced({run.head_id for run in blocked.values()})
    measured = {run.suite.suite_id: run for run in _newest(Q(), "suite__suite") if is_measured(arm_of(run))}
    return {
        feature: _judged(mine, _of(mine.prompts, suites), verdicts, blocked, measured, forced)
        for feature, mine in prompts.items()
    }


@lru_cache(maxsize=4096)
def tags_of(version: UUID) -> Mapping[str, int]:
    """How many cases bear each tag. A content never changes: each is counted once."""
    content = SuiteVersion.objects.values_list("content", flat=True).get(pk=version)
    cases = json.loads(content).get("cases", [])
    return Counter(tag.lower() for case in cases for tag in set(case.get("tags", ())))


def _judged(
    mine: FeaturePrompts,
    suites: Sequence[Suite],
    verdicts: Mapping[UUID, Run],
    blocked: Mapping[UUID, Run],
    measured: Mapping[UUID, Run],
    forced: Sequence[Release],
) -> Judged:
    runs = [measured[suite.pk] for suite in suites if suite.pk in measured]
    newest = max(runs, key=lambda run: run.started_at, default=None)
    return Judged(
        suites,
        verdicts,
        [blocked[prompt.pk] for prompt in mine.prompts if prompt.pk in blocked],
        newest.ended_at if newest else None,
        newest,
        forced,
    )


def _of(prompts: Collection[Prompt], suites: Iterable[Suite]) -> Sequence[Suite]:
    ids, names = {prompt.pk for prompt in prompts}, {name for prompt in prompts for name in prompt.suites}
    return [suite for suite in suites if suite.prompt_id in ids or suite.name in names]


def _verdicts(versions: Collection[UUID]) -> Mapping[UUID, Run]:
    rows = Run.objects.filter(head__in=versions).exclude(verdict="").exclude(kind=Run.Kind.CANARY)
    newest = rows.select_related("head").defer("report", "head__content")
    return {run.head_id: run for run in newest.order_by("head", "-ended_at").distinct("head")}


def _forced(versions: Collection[UUID]) -> Sequence[Release]:
    rows = Release.objects.filter(version__in=versions).exclude(override_reason="")
    return list(rows.order_by("made_at"))


def _newest(wanted: Q, of: str) -> list[Run]:
    rows = Run.objects.finished().filter(wanted).select_related("suite", "head", "prompt")
    return list(rows.defer("suite__content", "head__content").order_by(of, "-ended_at").distinct(of))
