from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from celery import shared_task
from django.conf import settings

from killswitch import services, sweeping
from killswitch.breakglass import reconcile
from killswitch.breakglass.folder import Folder
from killswitch.drills import NotNow, run_drill
from killswitch.lookups import blast_if_quick
from killswitch.models import Complaint, Drill, Notice
from killswitch.notices import apart, claiming, lateness, queueing, sending, timing
from killswitch.rules.looking import look_at_all
from killswitch.rules.reading import read
from tenants.actors import SYSTEM
from tenants.clock import database_now
from tenants.scope import ALL, scope

_KEPT: Final = timedelta(days=30)


@shared_task
def lift_expired() -> None:
    at = database_now()
    services.lift_expired(at=at)
    sweeping.tell(at=at)


@shared_task
def start_planned() -> None:
    services.start_due(blast_if_quick, at=database_now())


@shared_task
def drill() -> None:
    with suppress(NotNow):
        run_drill(by=SYSTEM)


@shared_task
def look_by_rules() -> None:
    look_at_all(read, at=database_now())


@shared_task
def reconcile_broken_glass() -> None:
    folder = Folder.of(settings.AIOPS_HOME)
    at = database_now()
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
    before = database_now() - _KEPT
    with scope(ALL):
        Complaint.objects.filter(at__lt=before).delete()
        Drill.objects.filter(started_at__lt=before).delete()
        Notice.objects.exclude(state=Notice.State.WAITING).filter(made_at__lt=before).delete()
