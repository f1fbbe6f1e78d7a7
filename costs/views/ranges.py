"""Which days a page is about, as its address says it: `now`, `now-7d`, `now/M`, a date or a moment. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_RELATIVE: Final = re.compile(r"now(?:-(?P<number>\d{1,3})(?P<unit>[mhdwM]))?(?:/(?P<floor>[dMQ]))?", re.ASCII)
_INSTANT: Final = re.compile(r"[\d-]{10}T[\d:]{5,8}Z", re.ASCII)
_LENGTHS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Preset:
    label: str
    since: str
    until: str


THIS_MONTH: Final = Preset("This month", "now/M", "now")
PRESETS: Final = (
    Preset("Today", "now/d", "now"),
    Preset("7 days", "now-6d/d", "now"),
    Preset("30 days", "now-29d/d", "now"),
    THIS_MONTH,
    Preset("Last month", "now-1M/M", "now/M"),
    Preset("This quarter", "now/Q", "now"),
)


class BadRange(ValueError):
    """What is wrong with it, in words."""


@dataclass(frozen=True, slots=True)
class Range:
    """From the first moment up to, and without, the last."""

    since: datetime
    until: datetime
    preset: Preset | None

    @property
    def first_day(self) -> date:
        return self.since.date()

    @property
    def last_day(self) -> date:
        return (self.until - timedelta(microseconds=1)).date()

    @property
    def label(self) -> str:
        return days(self.first_day, self.last_day)

    @property
    def is_this_month(self) -> bool:
        return self.preset == THIS_MONTH


def read(
    since_text: str,
    until_text: str,
    *,
    at: datetime,
    presets: Sequence[Preset] = PRESETS,
    otherwise: Preset = THIS_MONTH,
) -> Range:
    """This month so far, or `otherwise`, unless they say what."""
    since_text, until_text = since_text or otherwise.since, until_text or otherwise.until
    since, until = moment(since_text, at=at), moment(until_text, at=at, is_end=True)
    if since >= until:
        raise BadRange("The range ends before it begins.")
    if until - since > LONGEST:
        raise BadRange("At most 400 days fit on one page.")
    preset = next((each for each in presets if (each.since, each.until) == (since_text, until_text)), None)
    return Range(since, min(until, at), preset) if since < at else Range(since, until, preset)


def moment(text: str, *, at: datetime, is_end: bool = False) -> datetime:
    """A date that ends a range is counted in."""
    if relative := _RELATIVE.fullmatch(text):
        return _floor(_back(at, relative["number"], relative["unit"]), relative["floor"])
    try:
        is_instant = _INSTANT.fullmatch(text) is not None
        found = datetime.fromisoformat(text) if is_instant else _midnight(date.fromisoformat(text))
        if not 2000 <= found.year < 2200:
            raise ValueError(text)
        return found + timedelta(days=1) if is_end and not is_instant else found
    except ValueError as fault:
        raise BadRange(f"“{text[:40]}” is not a time. Use a date, or now, now-7d, now/M, now/Q.") from fault


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def days(first: date, last: date, *, beside: date | None = None) -> str:
    """1–22 Nov 2026; without the year beside a day of the same year."""
    if beside is not None and first.year == last.year == beside.year:
        return days(first, last).removesuffix(f" {last.year}")
    if first == last:
        return f"{last:%-d %b %Y}"
    if first.year != last.year:
        return f"{first:%-d %b %Y} – {last:%-d %b %Y}"
    return f"{first:%-d}–{last:%-d %b %Y}" if first.month == last.month else f"{first:%-d %b} – {last:%-d %b %Y}"


def _back(at: datetime, number: str | None, unit: str | None) -> datetime:
    if number is None or unit is None:
        return at
    if unit != "M":
        return at - int(number) * _LENGTHS[unit]
    months = at.year * 12 + at.month - 1 - int(number)
    if months < 12:
        raise BadRange("That is too long ago.")
    return at.replace(year=months // 12, month=months % 12 + 1, day=1)


def _floor(at: datetime, unit: str | None) -> datetime:
    if unit is None:
        return at
    midnight = _midnight(at.date())
    if unit == "Q":
        return midnight.replace(month=(at.month - 1) // 3 * 3 + 1, day=1)
    return midnight.replace(day=1) if unit == "M" else midnight
