import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.views.ranges import PRESETS, BadRange, days, moment, read

AT = datetime(2026, 11, 22, 14, 30, 5, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("now", AT),
        ("now/d", day("2026-11-22")),
        ("now/M", day("2026-11-01")),
        ("now-6h", AT - timedelta(hours=6)),
        ("now-6d/d", day("2026-11-16")),
        ("now-2w", AT - timedelta(weeks=2)),
        ("now-1M/M", day("2026-10-01")),
        ("now-11M/M", day("2025-12-01")),
        ("now/Q", day("2026-10-01")),
        ("now-2M/Q", day("2026-07-01")),
        ("now-8M/Q", day("2026-01-01")),
        ("2026-11-05T06:07:08Z", day("2026-11-05") + timedelta(hours=6, minutes=7, seconds=8)),
        ("2026-11-05", day("2026-11-05")),
    ],
)
def test_a_time_is_relative_or_a_date(text: str, meant: datetime) -> None:
    assert moment(text, at=AT) == meant


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "now+1d", "now-9999d", "2026-13-01", "now/y", "now-1d; x", "٣", "2026-11-05T25:00Z"]
)
def test_anything_else_is_said(text: str) -> None:
    with pytest.raises(BadRange, match="is not a time"):
        moment(text, at=AT)


@given(st.text(max_size=20))
def test_nothing_typed_breaks_it(text: str) -> None:
    with contextlib.suppress(BadRange):
        assert moment(text, at=AT)


def test_a_date_that_ends_a_range_is_counted_in() -> None:
    chosen = read("2026-11-05", "2026-11-06", at=AT)
    assert (chosen.since, chosen.until) == (day("2026-11-05"), day("2026-11-07"))
    assert chosen.label == "5–6 Nov 2026"


def test_a_moment_that_ends_a_range_is_where_it_ends() -> None:
    assert read("2026-11-05", "2026-11-06T12:00:00Z", at=AT).until == day("2026-11-06") + timedelta(hours=12)


def test_nothing_said_is_this_month_so_far() -> None:
    chosen = read("", "", at=AT)
    assert (chosen.since, chosen.until, chosen.is_this_month) == (day("2026-11-01"), AT, True)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_knows_itself_again(preset: object) -> None:
    assert read(preset.since, preset.until, at=AT).preset == preset  # type: ignore[attr-defined]


def test_a_range_ends_now_at_the_latest() -> None:
    assert read("2026-11-20", "2026-11-30", at=AT).until == AT


@pytest.mark.parametrize(("since", "until"), [("now", "now/d"), ("2026-11-06", "2026-11-04"), ("2024-01-01", "now")])
def test_a_range_that_cannot_be_is_said(since: str, until: str) -> None:
    with pytest.raises(BadRange):
        read(since, until, at=AT)


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2026-11-01", "2026-11-22", "1–22 Nov 2026"),
        ("2026-10-27", "2026-11-09", "27 Oct – 9 Nov 2026"),
        ("2025-12-30", "2026-01-02", "30 Dec 2025 – 2 Jan 2026"),
        ("2026-11-22", "2026-11-22", "22 Nov 2026"),
    ],
)
def test_days_are_said_shortly(first: str, last: str, shown: str) -> None:
    assert days(date.fromisoformat(first), date.fromisoformat(last)) == shown


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ("2026-10-01", "2026-10-22", "1–22 Oct"),
        ("2026-10-30", "2026-11-02", "30 Oct – 2 Nov"),
        ("2025-10-01", "2025-10-22", "1–22 Oct 2025"),
    ],
)
def test_beside_days_of_the_same_year_the_year_is_left_out(first: str, last: str, shown: str) -> None:
    assert days(date.fromisoformat(first), date.fromisoformat(last), beside=AT.date()) == shown
