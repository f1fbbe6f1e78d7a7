from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from celery import shared_task
from django.conf import settings
from django.db import connection

from killswitch import services, sweeping
from killswitch.breakglass import reconcile
from killswitch.breakglass.folder import Folder
from killswitch.drills import NotNow, run_drill
from killswitch.models import Complaint, Drill, Notice
from killswitch.notices import apart, claiming, lateness, queueing, sending, timing
from killswitch.rules.looking import look_at_all
from killswitch.rules.reading import read
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope

_KEPT: Final = timedelta(days=30)


@shared_task
def lift_expired() -> None:
    at = _now()
    services.lift_expired(at=at)
    sweeping.tell(at=at)


@shared_task
def drill() -> None:
    with suppress(NotNow):
        run_drill(by=SYSTEM)


@shared_task
def look_by_rules() -> None:
    look_at_all(read, at=_now())


@shared_task
def reconcile_broken_glass() -> None:
    folder = Folder.of(settings.AIOPS_HOME)
    at = _now()
    reconcile.reconcile(folder, at=at)
    with scope(ALL):
        reconcile.keep_names(folder, at=at)


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
    tellers = (lateness.tell_late, lateness.tell_confirmed, timing.tell_expiring, timing.tell_reviews)
    with scope(ALL):
        apart.told(tellers, lambda tell: tell(at=at))


@shared_task
def forget_what_is_old() -> None:
    before = _now() - _KEPT
    with scope(ALL):
        Complaint.objects.filter(at__lt=before).delete()
        Drill.objects.filter(started_at__lt=before).delete()
        Notice.objects.exclude(state=Notice.State.WAITING).filter(made_at__lt=before).delete()


def _now() -> datetime:
    """The database's clock: a worker whose own is fast would lift early."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
