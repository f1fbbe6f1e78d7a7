from datetime import UTC, datetime, timedelta

from celery import shared_task

from costs import alerts, leaks, partitions
from costs.budgeting import counting
from costs.models import MinuteTraffic
from costs.recording import MINUTES_KEPT
from tenants.scope import ALL, scope

DAYS_AHEAD = 7


@shared_task
def make_partitions() -> int:
    """Yesterday's too: a call that began before midnight may be recorded after it."""
    today = datetime.now(UTC).date()
    return partitions.make(today - timedelta(days=1), today + timedelta(days=DAYS_AHEAD + 1))


@shared_task
def forget_old_minutes() -> int:
    with scope(ALL):
        return MinuteTraffic.objects.filter(minute__lt=datetime.now(UTC) - MINUTES_KEPT).delete()[0]


@shared_task
def watch_budgets() -> int:
    """Tell what is nearly used up, then put right what counters missed: without Valkey the first still happens."""
    at = datetime.now(UTC)
    with scope(ALL):
        told = alerts.tell_thresholds(at=at)
    counting.correct(at=at)
    return told


@shared_task
def watch_leaks() -> int:
    with scope(ALL):
        return leaks.tell_leaks(at=datetime.now(UTC))
