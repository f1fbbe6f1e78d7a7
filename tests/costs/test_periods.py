from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costs.reports.periods import Period, hour_of, midnight, next_month


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "before_since", "before_until"),
    [
        ("2026-11-01", "2026-11-22T14:05", "2026-10-01", "2026-10-22T14:00"),
        ("2026-11-01", "2026-12-01", "2026-10-01", "2026-11-01"),
        ("2026-02-01", "2026-03-01", "2026-01-01", "2026-02-01"),
        # October's 31 days against September's 30.
        ("2026-10-01", "2026-10-31T12:00", "2026-09-01", "2026-10-01"),
        ("2026-01-01", "2026-01-02", "2025-12-01", "2025-12-02"),
        ("2026-11-22", "2026-11-22T14:05", "2026-11-21", "2026-11-21T14:00"),
        ("2026-11-16", "2026-11-22T14:05", "2026-11-09", "2026-11-15T14:00"),
        ("2026-11-10", "2026-11-20", "2026-10-31", "2026-11-10"),
        ("2026-11-22T08:30", "2026-11-22T14:30", "2026-11-21T08:30", "2026-11-21T14:30"),
        ("2026-10-15", "2026-11-20", "2026-09-09", "2026-10-15"),
    ],
)
def test_a_period_is_compared_with_the_same_stretch_before_it(
    since: str, until: str, before_since: str, before_until: str
) -> None:
    assert Period(_at(since), _at(until)).before() == Period(_at(before_since), _at(before_until))


@pytest.mark.parametrize(
    ("since", "until", "whole", "edges"),
    [
        ("2026-11-01", "2026-11-03", ("2026-11-01", "2026-11-03"), []),
        ("2026-11-01", "2026-11-03T05:30", ("2026-11-01", "2026-11-03"), [("2026-11-03", "2026-11-03T05:30")]),
        ("2026-11-01T22:15", "2026-11-03", ("2026-11-02", "2026-11-03"), [("2026-11-01T22:00", "2026-11-02")]),
        (
            "2026-11-01T22:15",
            "2026-11-01T23:00",
            ("2026-11-02", "2026-11-02"),
            [("2026-11-01T22:00", "2026-11-01T23:00")],
        ),
        (
            "2026-11-01T22:15",
            "2026-11-02T01:00",
            ("2026-11-02", "2026-11-02"),
            [("2026-11-01T22:00", "2026-11-02"), ("2026-11-02", "2026-11-02T01:00")],
        ),
    ],
)
def test_whole_days_and_what_is_left_at_the_edges(
    since: str, until: str, whole: tuple[str, str], edges: list[tuple[str, str]]
) -> None:
    period = Period(_at(since), _at(until))
    assert period.whole_days == tuple(map(date.fromisoformat, whole))
    assert list(period.edges) == [Period(_at(start), _at(end)) for start, end in edges]


_moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(_moments, st.timedeltas(timedelta(seconds=1), timedelta(days=100)))
def test_whole_days_and_edges_make_up_the_period_without_overlap(since: datetime, length: timedelta) -> None:
    period = Period(since, since + length)
    first, last = period.whole_days
    pieces = sorted([(each.since, each.until) for each in period.edges] + [(midnight(first), midnight(last))])
    covered = [piece for piece in pieces if piece[0] < piece[1]]
    assert covered[0][0] == hour_of(since)
    assert covered[-1][1] == period.until
    assert [end for _, end in covered[:-1]] == [start for start, _ in covered[1:]]


@given(_moments, st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_what_is_compared_never_overlaps(since: datetime, length: timedelta) -> None:
    period = Period(since, since + length)
    before = period.before()
    assert before.since <= before.until <= period.since
    assert hour_of(before.since) < hour_of(period.since)


def test_days_are_counted_from_the_first_to_the_last() -> None:
    assert len(Period(_at("2026-11-01"), _at("2026-11-22T00:01")).days) == 22
    assert len(Period(_at("2026-11-01"), _at("2026-11-22")).days) == 21
    assert Period(_at("2026-11-01"), _at("2026-11-01")).days == (date(2026, 11, 1),)


@pytest.mark.parametrize(("day", "following"), [("2026-11-22", "2026-12-01"), ("2026-12-31T23:59", "2027-01-01")])
def test_the_next_month_begins_on_its_first(day: str, following: str) -> None:
    assert next_month(_at(day)) == _at(following)
