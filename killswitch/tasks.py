from datetime import UTC, datetime, timedelta
from functools import partial

from celery import shared_task
from django.db import connection

from killswitch import services
from killswitch.models import Notice
from killswitch.notices import claiming, lateness, queueing, sending, timing
from tenants.scope import ALL, scope

NOTICES_KEPT = timedelta(days=30)


@shared_task
def lift_expired() -> None:
    with scope(ALL):
        with connection.cursor() as cursor:
            # The database's clock: a worker whose own is fast would lift early.
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
        services.lift_expired(at=now)


@shared_task
def deliver_notices(road: str) -> None:
    sending.deliver(road, clock=partial(datetime.now, UTC))


@shared_task
def sweep_notices() -> None:
    """What no task was queued for, or whose process died."""
    queueing.deliver(claiming.due_roads(at=datetime.now(UTC)))


@shared_task
def watch_stops() -> None:
    """Confirmations that do not come, ends that do, and reviews that are due."""
    at = datetime.now(UTC)
    with scope(ALL):
        for tell in (lateness.tell_late, lateness.tell_confirmed, timing.tell_expiring, timing.tell_reviews):
            tell(at=at)


@shared_task
def forget_old_notices() -> None:
    with scope(ALL):
        Notice.objects.exclude(state=Notice.State.WAITING).filter(made_at__lt=datetime.now(UTC) - NOTICES_KEPT).delete()
