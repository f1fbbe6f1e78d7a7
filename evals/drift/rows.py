"""A signal as its row: its state, what is usual, what it is now, the picture, the numbers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiops.lib import figures
from aiops.lib.showing import short
from evals.drift.cusum import CALIBRATION, H, Sums
from evals.drift.drawing import Picture, curve, strip
from evals.drift.history import History
from evals.drift.series import Series, arm_of
from evals.drift.signals import MODEL, MODEL_LABEL, SIGNALS, Signal, models_of
from evals.models import DriftAlarm, Run
from evals.pills import Pill

# So many runs are in the table.
LISTED: Final = 12
UNMEASURED: Final = "could not measure"
_DRIFTED: Final = Pill("bad", "Drifted")
_CHANGED: Final = Pill("bad", "Changed")
_STEADY: Final = Pill("ok", "Steady")
_SAME: Final = Pill("ok", "Same")
_EMPTY: Final = Pill("plain", "No data")
_UNMEASURED: Final = Pill("warn", "Could not measure")
# Its alarm was closed, and every canary since is where it was.
_LOOKED_AT: Final = Pill("warn", "Looked at")
# Outside, and not for long enough to be certain.
_UNUSUAL: Final = Pill("warn", "Unusual")
_OUTSIDE: Final = {
    _LOOKED_AT: "Still outside of what is usual.",
    _UNUSUAL: "Outside of what is usual, not certain yet.",
}
# What a state is called when its signals are counted.
_COUNTED: Final = {_UNMEASURED: "not measured", _LOOKED_AT: "looked at", _UNUSUAL: "unusual", _SAME: "unchanged"}
_TONES: Final = {"bad": "drifted", "ok": "steady", "plain": "not known yet"}


@dataclass(frozen=True, slots=True)
class Line:
    """A run in the table; the sums where it was watched."""

    run: Run
    value: str
    sums: Sums | None = None

    @property
    def is_up(self) -> bool:
        return self.sums is not None and self.sums.up > H

    @property
    def is_down(self) -> bool:
        return self.sums is not None and self.sums.down > H


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    label: str
    pill: Pill
    last: str
    usual: str
    picture: Picture
    lines: Sequence[Line]
    alarm: DriftAlarm | None
    has_sums: bool = True

    @property
    def tone(self) -> str:
        if self.alarm:
            return "bad"
        return "warn" if self.outside else ""

    @property
    def outside(self) -> str:
        """That it is not where it usually is, although nobody needs to be told."""
        return _OUTSIDE.get(self.pill, "")

    @property
    def is_watched(self) -> bool:
        """Whether what is usual is known of a number."""
        return self.has_sums and self.picture.band is not None

    @property
    def counted(self) -> str:
        return _COUNTED.get(self.pill) or _TONES[self.pill.tone]

    @property
    def finding(self) -> str:
        """The picture in a sentence, for those who do not see it."""
        state = self.alarm.detail if self.alarm else f"{self.pill.word}. {self.outside}".strip()
        return f"{self.label}: {self.last or 'no data'}. {state} {self.usual}"


def rows_of(history: History) -> list[Row]:
    """What drifted first, then what is not where it usually is."""
    series = {each.signal.name: each for each in history.series}
    rows = [_row(history, signal, series.get(signal.name)) for signal in SIGNALS]
    return sorted([*rows, _model_row(history)], key=lambda row: (row.alarm is None, not row.outside))


def _row(history: History, signal: Signal, series: Series | None) -> Row:
    values = [signal.of(arm_of(run)) for run in history.runs]
    sums = dict(zip([run.pk for run in series.runs], series.watched.sums, strict=True)) if series else {}
    return Row(
        name=signal.name,
        label=signal.label,
        pill=_state(history, signal, series, values),
        last=_shown(signal, values[-1]) if values else "",
        usual=_usual(signal, series),
        picture=_picture(history, signal, series, values),
        lines=[
            Line(run, _shown(signal, value), sums.get(run.pk))
            for run, value in list(zip(history.runs, values, strict=True))[: -LISTED - 1 : -1]
        ],
        alarm=history.alarms.get(signal.name),
    )


def _shown(signal: Signal, value: float | None) -> str:
    return UNMEASURED if value is None else signal.shown(value)


def _state(history: History, signal: Signal, series: Series | None, values: Sequence[float | None]) -> Pill:
    if signal.name in history.alarms:
        return _DRIFTED
    if series is None or not values:
        return _EMPTY
    if values[-1] is None:
        return _UNMEASURED
    if series.watched.baseline is None:
        return Pill("plain", f"Calibrating {len(series.values)} of {CALIBRATION}")
    return _STEADY if _is_inside(series.values[-1], series) else _state_outside(series)


def _state_outside(series: Series) -> Pill:
    """Looked at, while it has been outside without a break since somebody looked; else it is new."""
    seen = max((place for place, sums in enumerate(series.watched.sums) if sums is None), default=0)
    has_looked = seen >= CALIBRATION
    stayed = not any(_is_inside(value, series) for value in series.values[seen:])
    return _LOOKED_AT if has_looked and stayed else _UNUSUAL


def _is_inside(value: float, series: Series) -> bool:
    low, high = series.watched.baseline.band if series.watched.baseline else (value, value)
    return low <= value <= high


def _usual(signal: Signal, series: Series | None) -> str:
    baseline = series.watched.baseline if series else None
    if baseline is None:
        return "What is usual is not known yet."
    low, high = (signal.shown(signal.within(edge)) for edge in baseline.band)
    return f"Usually {signal.shown(baseline.mean)}, from {low} to {high}."


def _picture(history: History, signal: Signal, series: Series | None, values: Sequence[float | None]) -> Picture:
    baseline = series.watched.baseline if series else None
    current = {run.pk for run in series.runs} if series else set()
    since = next((place for place, run in enumerate(history.runs) if run.pk in current), len(history.runs))
    watched = {run.pk for run in series.runs[CALIBRATION:]} if series else set()
    learnt = next((place for place, run in enumerate(history.runs) if run.pk in watched), len(history.runs))
    low, high = (signal.within(edge) for edge in baseline.band) if baseline else (0.0, 0.0)
    return curve(
        values,
        learnt=learnt,
        since=since,
        band=(low, high) if baseline else None,
        mean=baseline.mean if baseline else None,
        versions=history.versions,
        models=history.models,
    )


def _model_row(history: History) -> Row:
    names = [short(", ".join(models_of(arm_of(run))), 120) for run in history.runs]
    alarm = history.alarms.get(MODEL)
    last = next((name for name in reversed(names) if name), "")
    pill = _CHANGED if alarm else _SAME if last else _EMPTY
    return Row(
        name=MODEL,
        label=MODEL_LABEL,
        pill=pill,
        last=last,
        usual=_since(history, last),
        picture=strip(names, versions=history.versions, models=history.models),
        lines=[
            Line(run, name or UNMEASURED)
            for run, name in list(zip(history.runs, names, strict=True))[: -LISTED - 1 : -1]
        ],
        alarm=alarm,
        has_sums=False,
    )


def _since(history: History, last: str) -> str:
    if not last:
        return "Every answer says what the provider calls its model."
    first = history.models[-1].place if history.models else 0
    runs = len(history.runs) - first
    return f"So in the newest {figures.exact(runs)} {'canary' if runs == 1 else 'canaries'}."
