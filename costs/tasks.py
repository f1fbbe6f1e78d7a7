from datetime import UTC, datetime, timedelta

from celery import shared_task

from costs import partitions
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
