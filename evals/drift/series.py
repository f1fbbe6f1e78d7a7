"""The canary runs of a suite's newest version on what is live, as series."""

from collections.abc import Iterable
from dataclasses import dataclass

from evals.drift.cusum import Watched, watch
from evals.drift.signals import SIGNALS, Signal, models_of
from evals.models import Run, SuiteVersion
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


def series_of(runs: Iterable[Run], cases: int) -> list[Series]:
    runs = list(runs)
    return [_series(signal, runs, cases) for signal in SIGNALS]


def _series(signal: Signal, runs: list[Run], cases: int) -> Series:
    measured = [(run, value) for run in runs if (value := signal.value(run.report["arms"]["head"])) is not None]
    values = tuple(value for _, value in measured)
    watched = watch(values, floor=lambda mean: signal.floor(mean, cases))
    return Series(signal, tuple(run for run, _ in measured), values, watched)


def new_models(runs: list[Run]) -> tuple[str, ...]:
    """Names that the newest run returned and no earlier one did."""
    known = {name for run in runs[:-1] for name in models_of(run.report["arms"]["head"])}
    newest = models_of(runs[-1].report["arms"]["head"]) if runs else ()
    return tuple(name for name in newest if known and name not in known)
