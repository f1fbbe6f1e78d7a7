"""The canary runs of a suite's newest version on what is live, as series."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from evals.drift.cusum import Watched, watch
from evals.drift.signals import SIGNALS, Arm, Signal, models_of
from evals.models import DriftAlarm, Run, Suite, SuiteVersion
from prompts.models import PromptVersion


@dataclass(frozen=True, slots=True)
class Series:
    """One signal over the runs that measured it, oldest first."""

    signal: Signal
    runs: tuple[Run, ...]
    values: tuple[float, ...]
    watched: Watched


def canaries(suite: SuiteVersion, head: PromptVersion) -> list[Run]:
    """Of another content or another version nothing can be compared: they begin anew."""
    runs = Run.objects.finished().filter(kind=Run.Kind.CANARY, suite=suite, head=head)
    return list(runs.order_by("id"))


def series_of(runs: Iterable[Run], suite: SuiteVersion) -> list[Series]:
    runs, closed = list(runs), _closed(suite.suite)
    return [_series(signal, runs, suite.cases, closed.get(signal.name)) for signal in SIGNALS]


def arm_of(run: Run) -> Arm:
    """A canary has one arm: what is live."""
    arm: Arm = run.report.get("arms", {}).get("head", {})
    return arm


def other_models(runs: list[Run]) -> tuple[str, ...]:
    """Names that the newest run returned, and not the one before it, of those that returned any."""
    newest = models_of(arm_of(runs[-1])) if runs else ()
    before = next((names for run in reversed(runs[:-1]) if (names := models_of(arm_of(run)))), ())
    return tuple(name for name in newest if before and name not in before)


def _series(signal: Signal, runs: list[Run], cases: int, closed_at: datetime | None) -> Series:
    measured = [(run, value) for run in runs if (value := signal.of(arm_of(run))) is not None]
    values = tuple(value for _, value in measured)
    seen = sum(run.started_at <= closed_at for run, _ in measured) if closed_at else 0
    watched = watch(values, floor=lambda mean: signal.floor(mean, cases), anew_from=seen)
    return Series(signal, tuple(run for run, _ in measured), values, watched)


def _closed(suite: Suite) -> Mapping[str, datetime]:
    """When somebody last looked, by signal."""
    rows = DriftAlarm.objects.filter(suite=suite, closed_at__isnull=False)
    return dict(rows.values("signal").annotate(last=Max("closed_at")).values_list("signal", "last"))
