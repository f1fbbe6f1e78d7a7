from datetime import date, timedelta
from decimal import Decimal

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.charts import Chart, Series, figure, finding, picture, ticks

FIRST = date(2026, 11, 1)


def make_chart(*series: str, previous: str = "", forecast: str = "") -> Chart:
    """Each argument is a day a word; `-` is not known."""
    values = [tuple(map(Decimal, each.split())) for each in series]
    length = len(values[0])
    return Chart(
        days=tuple(FIRST + timedelta(days=number) for number in range(length)),
        series=tuple(Series(f"S{number}", number, each) for number, each in enumerate(values, 1)),
        previous=known(previous, length),
        previous_label="1–3 Oct 2026",
        forecast=known(forecast, length),
    )


def known(words: str, length: int) -> tuple[Decimal | None, ...]:
    found = tuple(None if word == "-" else Decimal(word) for word in words.split())
    return found or (None,) * length


def test_a_day_is_a_stack_from_the_floor_up() -> None:
    drawn = picture(make_chart("2 0", "6 4"), width=880, height=300, labels=10)
    below, above = drawn.bars[:2]
    assert (below.css, above.css) == ("f1", "f2")
    assert above.y + above.height == pytest.approx(below.y, abs=1)
    assert above.height == pytest.approx(3 * below.height, abs=3)
    assert len(drawn.bars) == 3


def test_all_bars_of_one_look_are_one_path() -> None:
    paths = picture(make_chart("2 1 3", "6 4 5", forecast="- 3 4"), width=880, height=300, labels=10).paths
    assert [(css, shape.count("M")) for css, shape in paths] == [("f1", 3), ("f2", 3), ("fc", 2)]


def test_todays_forecast_stands_on_what_today_brought() -> None:
    drawn = picture(make_chart("5 0", forecast="3 8"), width=880, height=300, labels=10)
    today, tomorrow = drawn.forecast
    assert today.y + today.height == pytest.approx(drawn.bars[0].y, abs=1)
    assert today.y == tomorrow.y


def test_the_period_before_is_broken_where_it_had_no_day() -> None:
    drawn = picture(make_chart("1 1 1 1 1", previous="1 2 - 3 4"), width=880, height=300, labels=10)
    assert [len(points.split()) for points in drawn.previous] == [2, 2]


@pytest.mark.parametrize(("highest", "left"), [("4", 52), ("0.6", 52), ("0.000024", 75)])
def test_the_bars_begin_where_the_amounts_at_the_rules_end(highest: str, left: int) -> None:
    drawn = picture(make_chart(highest), width=880, height=300, labels=10)
    assert drawn.left == left
    assert min(bar.x for bar in drawn.bars) > left


def test_days_are_named_so_that_they_do_not_touch() -> None:
    days = picture(make_chart(" ".join(["1"] * 31)), width=360, height=230, labels=5).days
    assert [label.text for label in days] == ["1 Nov", "8", "15", "22", "29"]


@pytest.mark.parametrize(
    ("highest", "steps"),
    [("7.9", "0 2 4 6 8"), ("0.0003", "0 0.0001 0.0002 0.0003"), ("1600", "0 400 800 1200 1600"), ("0", "0")],
)
def test_rules_lie_on_round_amounts(highest: str, steps: str) -> None:
    assert ticks(Decimal(highest)) == [Decimal(step) for step in steps.split()]


@given(st.decimals(min_value="0.000001", max_value="10000000", places=6))
def test_nothing_is_higher_than_the_highest_rule(highest: Decimal) -> None:
    assert ticks(highest)[-1] >= highest
    assert 2 <= len(ticks(highest)) <= 6


def test_the_figure_is_one_that_plotly_takes() -> None:
    drawn = go.Figure(figure(make_chart("2 0", "6 4", previous="1 2", forecast="- 3")))
    assert [trace.name for trace in drawn.data] == ["S1", "S2", "Forecast", "", "1–3 Oct 2026"]
    assert [trace.meta["colour"] for trace in drawn.data[:2]] == ["k1", "k2"]


def test_the_line_of_the_period_before_lies_on_a_wider_one_that_is_not_read_out() -> None:
    halo, line = figure(make_chart("2 0", previous="1 2"))["data"][-2:]
    assert (halo["y"], halo["hoverinfo"], halo["meta"]) == (line["y"], "skip", {"halo": True})
    assert halo["line"]["width"] > line["line"]["width"]


def test_what_is_not_known_is_not_in_the_figure() -> None:
    assert [trace["name"] for trace in figure(make_chart("1 2"))["data"]] == ["S1"]


def test_the_finding_names_the_dearest_day() -> None:
    said = finding(make_chart("2 8.5 1"), by="feature")
    assert said == "Daily spend 1 Nov to 3 Nov 2026 by feature: $11.50 in all, most on 2 Nov with $8.50."


def test_a_chart_of_nothing_says_so() -> None:
    chart = make_chart("0 0")
    assert finding(chart, by="model") == "Daily spend by model: nothing was spent."
    assert picture(chart, width=880, height=300, labels=10).bars == ()
