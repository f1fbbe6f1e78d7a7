from collections.abc import Sequence
from datetime import datetime
from typing import Final

from evals.drift.series import Series, arm_of, canaries, other_models, series_of
from evals.drift.signals import MODEL, models_of
from evals.models import DriftAlarm, Run

_LONGEST: Final = 500
_LONGEST_NAMES: Final = 150


def look(run: Run, *, at: datetime) -> list[DriftAlarm]:
    """After a canary: raise what has left its baseline, and is not open yet."""
    runs = canaries(run.suite, run.head)
    found = [_raise(run, each.signal.name, _detail(each), at) for each in series_of(runs, run.suite) if _is_out(each)]
    if names := other_models(runs):
        found.append(_raise_model(run, names, runs[:-1], at))
    return [alarm for alarm in found if alarm is not None]


def _is_out(series: Series) -> bool:
    return series.watched.alarm_at is not None


def _detail(series: Series) -> str:
    signal, watched = series.signal, series.watched
    usual = signal.shown(watched.baseline.mean) if watched.baseline else "?"
    return f"{signal.label} went {watched.direction}: {signal.shown(series.values[-1])}, usually {usual}."


def _raise_model(run: Run, names: Sequence[str], earlier: Sequence[Run], at: datetime) -> DriftAlarm | None:
    """Of an alarm that is open, every further name is told: whoever closes it closes it with them."""
    is_open = DriftAlarm.objects.filter(suite=run.suite.suite, signal=MODEL, closed_at=None)
    alarm = is_open.select_for_update().first()
    if alarm is None:
        return _raise(run, MODEL, _answering(names, earlier), at)
    then = f" Then it answered as {_listed(names)}."
    alarm.detail = _clipped(alarm.detail, _LONGEST - len(then)) + then
    alarm.save(update_fields=["detail"])
    return None


def _answering(names: Sequence[str], earlier: Sequence[Run]) -> str:
    known = {name for run in earlier for name in models_of(arm_of(run))}
    fresh = [name for name in names if name not in known]
    if not fresh:
        return f"The provider answers as {_listed(names)} again."
    return f"The provider answers as {_listed(fresh)}, which it never did before."


def _listed(names: Sequence[str]) -> str:
    return _clipped(", ".join(names), _LONGEST_NAMES)


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _raise(run: Run, signal: str, detail: str, at: datetime) -> DriftAlarm | None:
    alarm, created = DriftAlarm.objects.get_or_create(
        suite=run.suite.suite, signal=signal, closed_at=None, defaults={"run": run, "detail": detail, "raised_at": at}
    )
    return alarm if created else None
