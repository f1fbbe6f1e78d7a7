from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from costs import tasks
from costs.models import MinuteTraffic
from tenants.scope import ALL, scope
from tests.costs.factories import make_finished, make_opened, record

pytestmark = pytest.mark.usefixtures("db")


def test_partitions_are_there_for_a_week_ahead() -> None:
    tasks.make_partitions()
    assert tasks.make_partitions() == 0
    ahead = datetime.now(UTC) + timedelta(days=tasks.DAYS_AHEAD)
    with scope(ALL):
        assert record(make_finished(make_opened(at=ahead))) == 1


def test_minutes_are_forgotten_after_two_days() -> None:
    now = datetime.now(UTC)
    young, old = now - timedelta(days=1), now - timedelta(days=2, minutes=2)
    with scope(ALL):
        record(*(make_finished(make_opened(at=moment)) for moment in (young, old)), at=old)
    assert tasks.forget_old_minutes() == 1
    with scope(ALL):
        assert MinuteTraffic.objects.get().minute == young.replace(second=0, microsecond=0)


def test_the_tasks_are_scheduled_by_the_names_they_have() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.make_partitions.name, tasks.forget_old_minutes.name} <= scheduled
