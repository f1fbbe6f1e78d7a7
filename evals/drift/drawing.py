"""A signal over its canaries as a picture that the server draws: the line, its usual band, what changed when. Pure.

The plot is a box of 1,000 by 100 that the page stretches to its width; what is written stands beside it in percent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

WIDTH: Final = 1000
HEIGHT: Final = 100
# Of the width of a phone, so much is a letter of a label.
_LETTER: Final = 1.9
# Labels in the right half are written to the left of their line.
_TURNS_AT: Final = 55.0


@dataclass(frozen=True, slots=True)
class Change:
    """From this run on something else was asked, or answered."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the plot; it `is_named` unless a newer one's label stands there."""

    at: float
    text: str
    is_named: bool
    is_left: bool


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Span:
    """Runs in a row that said the same; `look` tells neighbours apart."""

    x: float
    width: float
    text: str
    look: int


@dataclass(frozen=True, slots=True)
class Picture:
    learnt: Sequence[str] = ()
    lines: Sequence[str] = ()
    band: Box | None = None
    mean: float | None = None
    spans: Sequence[Span] = ()
    # Where the newest value lies, in percent of width and height.
    newest: tuple[float, float] | None = None
    versions: Sequence[Mark] = ()
    models: Sequence[Mark] = ()


def curve(
    values: Sequence[float | None],
    *,
    learnt: int,
    since: int,
    band: tuple[float, float] | None,
    mean: float | None,
    versions: Sequence[Change],
    models: Sequence[Change],
) -> Picture:
    """`band` holds from the run `since` on; the runs before `learnt` are those that it was learnt from, or older."""
    frame = _Frame(values, band)
    newest = next((place for place in reversed(range(len(values))) if values[place] is not None), None)
    return Picture(
        learnt=_lines(values, range(min(learnt + 1, len(values))), frame),
        lines=_lines(values, range(learnt, len(values)), frame),
        band=_box(band, since, frame) if band else None,
        mean=frame.y(mean) if mean is not None else None,
        newest=None if newest is None else (frame.x(newest) / WIDTH * 100, frame.y(values[newest] or 0.0)),
        versions=_marks(versions, frame),
        models=_marks(models, frame),
    )


def strip(names: Sequence[str], *, versions: Sequence[Change], models: Sequence[Change]) -> Picture:
    """What was the same for how long; the empty name is that nothing was measured."""
    frame = _Frame([None] * len(names), None)
    spans, place, look = [], 0, 0
    for name, runs in groupby(names):
        count = len(list(runs))
        spans.append(Span(frame.edge(place), frame.edge(count), name, look % 2))
        place, look = place + count, look + bool(name)
    return Picture(
        spans=[each for each in spans if each.text], versions=_marks(versions, frame), models=_marks(models, frame)
    )


class _Frame:
    """Where a run and a value lie in the plot."""

    def __init__(self, values: Sequence[float | None], band: tuple[float, float] | None) -> None:
        known = [value for value in (*values, *(band or ())) if value is not None]
        low, high = min(known, default=0.0), max(known, default=1.0)
        # A line that never moved lies in the middle.
        margin = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
        self._low, self._size = low - margin, high - low + 2 * margin
        self._runs = max(1, len(values))

    def x(self, place: float) -> float:
        return self.edge(place + 0.5)

    def edge(self, place: float) -> float:
        return round(place / self._runs * WIDTH, 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - (value - self._low) / self._size * HEIGHT, 1)


def _lines(values: Sequence[float | None], places: range, frame: _Frame) -> list[str]:
    """Broken where a run could not be measured."""
    known = ((place, values[place]) for place in places)
    stretches = (list(points) for is_known, points in groupby(known, lambda point: point[1] is not None) if is_known)
    return [
        " ".join(f"{frame.x(place)},{frame.y(value)}" for place, value in points if value is not None)
        for points in stretches
        if len(points) > 1
    ]


def _box(band: tuple[float, float], since: int, frame: _Frame) -> Box:
    low, high = frame.y(band[0]), frame.y(band[1])
    left = frame.edge(since)
    return Box(left, high, round(WIDTH - left, 1), round(low - high, 1))


def _marks(changes: Iterable[Change], frame: _Frame) -> list[Mark]:
    """The newest first: where two labels would meet, the older one's is left out."""
    marks: list[Mark] = []
    taken: list[tuple[float, float]] = []
    for change in sorted(changes, key=lambda change: -change.place):
        at = round(frame.edge(change.place) / WIDTH * 100, 2)
        is_left = at > _TURNS_AT
        width = _LETTER * len(change.text)
        start, end = (at - width, at) if is_left else (at, at + width)
        is_free = all(end < left or start > right for left, right in taken)
        marks.append(Mark(at, change.text, is_free, is_left))
        taken += [(start, end)] if is_free else []
    return marks
