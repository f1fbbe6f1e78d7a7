"""Spend by day as one chart in two forms: plotly's figure, and the picture drawn by the server before it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import ceil
from typing import Any, Final

from aiops.lib.figures import money, short_money

# So many series have a colour of their own; the rest are added up in the last one.
COLOURS: Final = 6


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    # 1 to 6, as the style sheet numbers them.
    colour: int
    values: tuple[Decimal, ...]


@dataclass(frozen=True)
class Chart:
    """`days` may run on past today: what is not known yet is None in the forecast's past and the values' future."""

    days: tuple[date, ...]
    series: tuple[Series, ...]
    previous: tuple[Decimal | None, ...]
    previous_label: str
    forecast: tuple[Decimal | None, ...]

    @cached_property
    def totals(self) -> list[Decimal]:
        return [sum((each.values[index] for each in self.series), Decimal()) for index in range(len(self.days))]

    @property
    def has_previous(self) -> bool:
        return any(self.previous)

    @property
    def has_forecast(self) -> bool:
        return any(self.forecast)

    @cached_property
    def highest(self) -> Decimal:
        """What the tallest thing in it reaches; today's forecast stands on what today has brought."""
        stacked = [total + (coming or 0) for total, coming in zip(self.totals, self.forecast, strict=True)]
        return max([*stacked, *(value for value in self.previous if value is not None)], default=Decimal())


@dataclass(frozen=True, slots=True)
class Bar:
    css: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a template needs to write the SVG."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    forecast: tuple[Bar, ...]
    previous: tuple[str, ...]
    rules: tuple[Label, ...]
    days: tuple[Label, ...]
    left: int

    @property
    def paths(self) -> list[tuple[str, str]]:
        """All bars of one look as one path: a month of bars would be hundreds of elements."""
        looks: dict[str, list[str]] = {}
        for bar in (*self.bars, *self.forecast):
            looks.setdefault(bar.css, []).append(f"M{bar.x} {bar.y}h{bar.width}v{bar.height}h{-bar.width}z")
        return [(css, "".join(shapes)) for css, shapes in looks.items()]


def figure(chart: Chart) -> dict[str, Any]:
    """For plotly. Colours are names of the style sheet's, filled in by the script that draws it."""
    days = [day.isoformat() for day in chart.days]
    traces = [_bars(series, days) for series in chart.series]
    if chart.has_forecast:
        traces.append(_forecast(chart, days))
    if chart.has_previous:
        traces += _previous(chart, days)
    axes = {
        "xaxis": {"type": "date", "fixedrange": True, "showgrid": False, "tickformat": "%-d %b"},
        "yaxis": {"fixedrange": True, "tickprefix": "$", "gridcolor": "rgba(128,128,128,0.25)", "zeroline": False},
    }
    layout = {"barmode": "stack", "showlegend": False, "hovermode": "x unified", "bargap": 0.28, "height": 320}
    return {"data": traces, "layout": {**layout, **axes, "margin": {"t": 12, "r": 8, "b": 32, "l": 56}}}


def picture(chart: Chart, *, width: int, height: int, labels: int) -> Picture:
    """Drawn into a box of this size; at most about `labels` days are named."""
    frame = _Frame(chart, width, height)
    return Picture(
        width,
        height,
        bars=tuple(bar for index in range(len(chart.days)) for bar in _stack(chart, frame, index)),
        forecast=tuple(_coming(chart, frame)),
        previous=tuple(_lines(chart, frame)),
        rules=tuple(Label(frame.left - 8, frame.y(value), short_money(value)) for value in frame.ticks),
        days=tuple(_day_labels(chart, frame, labels)),
        left=frame.left,
    )


def finding(chart: Chart, *, by: str) -> str:
    """The chart in a sentence, for those who do not see it."""
    spent = sum(chart.totals, Decimal())
    if not spent:
        return f"Daily spend by {by}: nothing was spent."
    most, day = max(zip(chart.totals, chart.days, strict=True))
    days = f"{chart.days[0]:%-d %b} to {chart.days[-1]:%-d %b %Y}"
    return f"Daily spend {days} by {by}: {money(spent)} in all, most on {day:%-d %b} with {money(most)}."


def ticks(highest: Decimal) -> list[Decimal]:
    """Round steps from nothing to just above the highest."""
    if highest <= 0:
        return [Decimal()]
    rough = highest / 4
    magnitude = Decimal(1).scaleb(rough.adjusted())
    step = next(factor * magnitude for factor in (1, 2, Decimal("2.5"), 4, 5, 10) if factor * magnitude >= rough)
    steps = ceil(highest / step)
    return [step * number for number in range(steps + 1)]


class _Frame:
    """Where a day and an amount lie in the box."""

    top, bottom = 14, 26

    def __init__(self, chart: Chart, width: int, height: int) -> None:
        self.ticks = ticks(chart.highest)
        # As wide as the longest amount at the rules.
        self.left = max(52, 12 + 7 * max(len(short_money(value)) for value in self.ticks))
        self._highest = float(self.ticks[-1] or 1)
        self._height = height - self.top - self.bottom
        self.floor = height - self.bottom
        self.step = (width - self.left) / max(1, len(chart.days))

    def x(self, index: int) -> float:
        return round(self.left + self.step * (index + 0.5), 1)

    def y(self, amount: Decimal) -> float:
        return round(self.floor - float(amount) / self._highest * self._height, 1)

    def bar(self, css: str, index: int, below: Decimal, amount: Decimal) -> Bar:
        width = round(min(self.step * 0.72, 64), 1)
        high, low = self.y(below + amount), self.y(below)
        # A hair of the surface keeps neighbours in a stack apart.
        return Bar(css, round(self.x(index) - width / 2, 1), high, width, round(max(0.4, low - high - 0.7), 1))


def _stack(chart: Chart, frame: _Frame, index: int) -> list[Bar]:
    below, bars = Decimal(), []
    for series in chart.series:
        amount = series.values[index]
        if amount > 0:
            bars.append(frame.bar(f"f{series.colour}", index, below, amount))
            below += amount
    return bars


def _coming(chart: Chart, frame: _Frame) -> list[Bar]:
    coming = enumerate(zip(chart.totals, chart.forecast, strict=True))
    return [frame.bar("fc", index, below, amount) for index, (below, amount) in coming if amount]


def _lines(chart: Chart, frame: _Frame) -> list[str]:
    """The period before; broken where it had no such day."""
    runs: list[list[str]] = [[]]
    for index, value in enumerate(chart.previous):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{frame.x(index)},{frame.y(value)}")
    return [" ".join(run) for run in runs if len(run) > 1]


def _day_labels(chart: Chart, frame: _Frame, most: int) -> list[Label]:
    every = max(1, -(-len(chart.days) // most))
    named = list(enumerate(chart.days))[::every]
    # The month is said once, and again where it changes.
    months = [None, *(day.month for _, day in named)]
    return [
        Label(frame.x(index), frame.floor + 19, f"{day:%-d %b}" if day.month != before else f"{day.day}")
        for (index, day), before in zip(named, months, strict=False)
    ]


def _bars(series: Series, days: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": series.label,
        "x": list(days),
        "y": [float(value) for value in series.values],
        "meta": {"colour": f"k{series.colour}"},
        "hovertemplate": "%{y:$,.2f}",
    }


def _forecast(chart: Chart, days: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": "Forecast",
        "x": list(days),
        "y": [_number(value) for value in chart.forecast],
        "marker": {"pattern": {"shape": "/", "size": 6, "solidity": 0.15}},
        "hovertemplate": "%{y:$,.2f}",
    }


def _previous(chart: Chart, days: Sequence[str]) -> list[dict[str, Any]]:
    """The line, and below it a wider one of the surface: without it, it is lost among dark bars."""
    line = {"type": "scatter", "mode": "lines", "x": list(days), "y": [_number(value) for value in chart.previous]}
    halo = {"name": "", "meta": {"halo": True}, "line": {"width": 4}, "opacity": 0.75, "hoverinfo": "skip"}
    dashes = {"name": chart.previous_label, "line": {"dash": "4px,4px", "width": 1.5}, "hovertemplate": "%{y:$,.2f}"}
    return [line | halo, line | dashes]


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
