"""Canary runs as they are when they are judged: no model is asked."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from evals import drift
from evals.models import DriftAlarm, Run, SuiteVersion
from prompts.models import PromptVersion
from tests.evals.factories import make_run

CASES = 100
DAY = timedelta(days=1)


class Day(NamedTuple):
    """What a day's canary found."""

    passed: int = 90
    refused: int = 10
    latency_ms: float = 800.0
    cost_usd: str = "0.0040"
    model: str = "mini"
    measured: int = CASES


def arm(day: Day) -> dict[str, Any]:
    measured = day.measured or None
    return {
        "asked": CASES,
        "measured": day.measured,
        "pass_rate": day.passed / measured if measured else None,
        "refusal_rate": day.refused / measured if measured else None,
        "latency_ms": day.latency_ms if measured else None,
        "cost_per_case_usd": day.cost_usd if measured else None,
        "models": {day.model: day.measured} if measured else {},
    }


def calm(days: int = 30) -> list[Day]:
    return [Day(passed=89 + number % 3, refused=9 + number % 3) for number in range(days)]


def ask(
    suite: SuiteVersion, head: PromptVersion, days: Iterable[Day], *, until: datetime | None = None
) -> list[DriftAlarm]:
    """One canary a day, the last of them just before `until`, each looked at as it ends; the alarms that it raised."""
    days = list(days)
    end = until or datetime.now(UTC)
    raised: list[DriftAlarm] = []
    for number, day in enumerate(days):
        at = end - DAY * (len(days) - number) + DAY / 2
        report = {"arms": {"head": arm(day)}}
        run = make_run(suite, head, kind=Run.Kind.CANARY, verdict="", report=report, started_at=at, ended_at=at)
        raised += drift.look(run, at=at)
    return raised
