from datetime import UTC, datetime, timedelta, timezone

import pytest

from costs.budgeting import periods

SUNDAY = datetime(2026, 11, 29, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("day", "2026-11-29", "2026-11-30"),
        ("week", "2026-11-23", "2026-11-30"),
        ("month", "2026-11-01", "2026-12-01"),
    ],
)
def test_a_period_is_of_utc_and_a_week_begins_on_monday(period: str, start: str, end: str) -> None:
    found = periods.start(period, SUNDAY), periods.end(period, SUNDAY)
    assert found == (datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC))


def test_elsewhere_it_is_the_same_period() -> None:
    there = SUNDAY.astimezone(timezone(timedelta(hours=9)))
    assert periods.start("day", there) == periods.start("day", SUNDAY)


def test_december_ends_with_the_year() -> None:
    assert periods.end("month", datetime(2026, 12, 31, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_total_never_ends() -> None:
    assert periods.end("total", SUNDAY) is None
