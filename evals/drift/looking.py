from datetime import datetime

from evals.drift.series import Series, canaries, new_models, series_of
from evals.drift.signals import MODEL
from evals.models import DriftAlarm, Run


def look(run: Run, *, at: datetime) -> list[DriftAlarm]:
    """After a canary: raise what has left its baseline, and is not open yet."""
    runs = canaries(run.suite, run.head)
    found = [_raise(run, each.signal.name, _detail(each), at) for each in series_of(runs, run.suite) if _is_out(each)]
    if names := new_models(runs):
        found.append(_raise(run, MODEL, f"The provider answers as {', '.join(names)}, which it never did before.", at))
    return [alarm for alarm in found if alarm is not None]


def _is_out(series: Series) -> bool:
    return series.watched.alarm_at is not None


def _detail(series: Series) -> str:
    signal, watched = series.signal, series.watched
    usual = signal.shown(watched.baseline.mean) if watched.baseline else "?"
    return f"{signal.label} went {watched.direction}: {signal.shown(series.values[-1])}, usually {usual}."


def _raise(run: Run, signal: str, detail: str, at: datetime) -> DriftAlarm | None:
    alarm, created = DriftAlarm.objects.get_or_create(
        suite=run.suite.suite, signal=signal, closed_at=None, defaults={"run": run, "detail": detail, "raised_at": at}
    )
    return alarm if created else None
