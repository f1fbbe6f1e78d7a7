"""What one suite's canaries were and found, for its card on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from django.db.models import QuerySet

from evals.drift.drawing import Change
from evals.drift.series import Series, arm_of, canaries, series_of
from evals.drift.signals import LABELS, is_measured, models_of
from evals.models import DriftAlarm, Run, Suite, SuiteVersion
from evals.services.canaries import due_at, live_version
from prompts.models import PromptVersion

# So many runs are drawn.
DRAWN: Final = 60


@dataclass(frozen=True, slots=True)
class History:
    """`runs`: the newest canaries of whatever was live, oldest first; `series`: of what is live now alone."""

    suite: Suite
    live: PromptVersion | None
    runs: Sequence[Run]
    series: Sequence[Series]
    alarms: dict[str, DriftAlarm]
    # Of what is live: how many ran, and the one that is under way.
    count: int
    running: Run | None
    due_at: datetime | None

    @property
    def newest(self) -> Run | None:
        return self.runs[-1] if self.runs else None

    @property
    def unmeasured(self) -> int:
        return sum(not is_measured(arm_of(run)) for run in self.runs)

    @property
    def versions(self) -> list[Change]:
        """Where another prompt, or another content of the suite, began to be asked."""
        return [
            Change(place, f"since {run.head}" if before.head_id != run.head_id else f"since cases #{run.suite.number}")
            for place, (before, run) in enumerate(pairwise(self.runs), 1)
            if (before.head_id, before.suite_id) != (run.head_id, run.suite_id)
        ]

    @property
    def models(self) -> list[Change]:
        """Where another model began to answer; what was not measured tells nothing."""
        told = [(place, names) for place, run in enumerate(self.runs) if (names := models_of(arm_of(run)))]
        return [
            Change(place, f"since model {', '.join(names)}")
            for (_, before), (place, names) in pairwise(told)
            if before != names
        ]


def history_of(suite: Suite) -> History:
    live, version = live_version(suite), suite.current
    mine = Run.objects.filter(kind=Run.Kind.CANARY, suite__suite=suite)
    rows = (
        mine.finished().select_related("suite", "head").defer("suite__content", "head__content").newest_first()[:DRAWN]
    )
    current = mine.filter(suite=version, head=live) if live else mine.none()
    newest = current.newest_first().first()
    count = current.count()
    return History(
        suite=suite,
        live=live,
        runs=list(reversed(rows)),
        series=_series(version, live),
        alarms={alarm.signal: alarm for alarm in open_alarms().filter(suite=suite)},
        count=count,
        running=newest if newest and newest.state == Run.State.RUNNING else None,
        due_at=due_at(newest, count) if newest else None,
    )


def open_alarms() -> QuerySet[DriftAlarm]:
    return DriftAlarm.objects.filter(closed_at=None)


def _series(version: SuiteVersion | None, live: PromptVersion | None) -> list[Series]:
    return series_of(canaries(version, live), version) if version and live else []


def label_of(alarm: DriftAlarm) -> str:
    return LABELS.get(alarm.signal, alarm.signal)
