"""A calibration's two pictures, as the server draws them, and the sentences for those who do not see them. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from evals.calibration.calibrated import Calibrated, short_percent
from evals.calibration.curve import Point, thinned
from evals.calibration.reliability import Bin

WIDTH: Final = 420
HEIGHT: Final = 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 12, 42
# More cannot be told apart at this width.
MOST_POINTS: Final = 60
# The error of fewer answers says little, and would squeeze all that matters to the bottom.
_FEW: Final = 10
_STEPS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
_MOST_RULES: Final = 6


@dataclass(frozen=True, slots=True)
class Label:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with its interval."""

    x: float
    y: float
    high: float
    low: float
    radius: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a template needs to write the SVG."""

    left: float
    right: float
    top: float
    floor: float
    across: Sequence[Label]
    up: Sequence[Label]
    band: str = ""
    line: str = ""
    # Of all cases the share that is wrong and answered, and the most that it may be.
    risk: str = ""
    target: float | None = None
    diagonal: str = ""
    marks: Sequence[Mark] = ()
    # Whether the band goes on above the picture.
    is_cut: bool = False

    width: int = WIDTH
    height: int = HEIGHT


def risk_coverage(found: Calibrated) -> Picture:
    points = thinned(found.curve, MOST_POINTS)
    top = _highest(found, points)
    y = _up(top)
    chosen = [_chosen(found.point, y, top)] if found.point is not None and found.point.answered else []
    return Picture(
        *_BOX,
        across=[Label(_x(share), short_percent(share)) for share in (0, 0.25, 0.5, 0.75, 1)],
        up=[Label(y(share), short_percent(share)) for share in _rules(top)],
        band=_band(points, y, top),
        line=" ".join(f"{_x(point.coverage)},{y(min(top, point.error or 0))}" for point in points),
        risk=" ".join(f"{_x(point.coverage)},{y(min(top, point.risk))}" for point in points),
        target=y(float(found.target)),
        marks=chosen,
        is_cut=any(point.interval[1] > top for point in points),
    )


def reliability(found: Calibrated) -> Picture:
    y, most = _up(1.0), max((each.count for each in found.bins), default=1)
    rules = (0, 0.25, 0.5, 0.75, 1)
    return Picture(
        *_BOX,
        across=[Label(_x(share), f"{share:g}") for share in rules],
        up=[Label(y(share), short_percent(share)) for share in rules],
        diagonal=f"{_x(0)},{y(0)} {_x(1)},{y(1)}",
        marks=[_bin(each, y, most) for each in found.bins],
    )


def told_of_risk(found: Calibrated) -> str:
    if not found.curve:
        return "Risk and coverage: no answer was given that could be judged."
    last = found.curve[-1]
    everything = f"all that the model does not refuse, {short_percent(last.coverage)}"
    begin = f"Risk and coverage. Answering {everything}, {_error(last)} of it is wrong"
    point = found.point
    if point is None or not point.answered:
        return f"{begin}."
    return f"{begin}; answering {short_percent(point.coverage)}, {_error(point)}."


def told_of_reliability(found: Calibrated) -> str:
    if found.expected_error is None:
        return "Reliability: no answer was given that could be judged."
    return f"Reliability: confidence and being right are {short_percent(found.expected_error)} apart on average."


def _error(point: Point) -> str:
    return short_percent(point.error or 0)


_BOX: Final = (_LEFT, WIDTH - _RIGHT, _TOP, HEIGHT - _BOTTOM)


def _x(share: float) -> float:
    return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)


def _up(top: float) -> Callable[[float], float]:
    return lambda share: round(HEIGHT - _BOTTOM - share / top * (HEIGHT - _BOTTOM - _TOP), 1)


def _highest(found: Calibrated, points: Sequence[Point]) -> float:
    """What the picture reaches: the band of few answers is cut there, the interval at the threshold never."""
    seen = [point.error or 0 for point in points if point.answered >= _FEW]
    ends = [point.interval[1] for point in (*points[-1:], found.point) if point and point.answered]
    highest = max([*seen, *ends, 2 * float(found.target)])
    step = _step(highest)
    return min(1.0, -(-highest // step) * step)


def _step(highest: float) -> float:
    return next((step for step in _STEPS if highest / step <= _MOST_RULES), _STEPS[-1])


def _rules(top: float) -> list[float]:
    step = _step(top)
    return [round(number * step, 4) for number in range(int(top / step + 1e-9) + 1)]


def _band(points: Sequence[Point], y: Callable[[float], float], top: float) -> str:
    above = [f"{_x(point.coverage)},{y(min(top, point.interval[1]))}" for point in points]
    below = [f"{_x(point.coverage)},{y(min(top, point.interval[0]))}" for point in reversed(points)]
    return " ".join([*above, *below])


def _chosen(point: Point, y: Callable[[float], float], top: float) -> Mark:
    low, high = (y(min(top, edge)) for edge in point.interval)
    answers = f"{short_percent(point.coverage)} answered, {_error(point)} of it wrong"
    told = f"Threshold {point.threshold.normalize():f}: {answers}"
    return Mark(_x(point.coverage), y(min(top, point.error or 0)), high, low, 5, told)


def _bin(each: Bin, y: Callable[[float], float], most: int) -> Mark:
    low, high = (y(edge) for edge in each.interval)
    told = f"Confidence {each.confidence:.2f}: {short_percent(each.accuracy)} of {each.count:,} right"
    return Mark(_x(each.confidence), y(each.accuracy), high, low, round(3 + 4 * (each.count / most) ** 0.5, 1), told)
