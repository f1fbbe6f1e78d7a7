from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from celery import shared_task
from django.db import connection

from killswitch import services
from killswitch.drills import NotNow, run_drill
from killswitch.models import Drill
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope

_DRILLS_KEPT: Final = timedelta(days=30)


@shared_task
def lift_expired() -> None:
    with scope(ALL):
        with connection.cursor() as cursor:
            # The database's clock: a worker whose own is fast would lift early.
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
        services.lift_expired(at=now)


@shared_task
def drill() -> None:
    with suppress(NotNow):
        run_drill(by=SYSTEM)
    Drill.objects.filter(started_at__lt=datetime.now(UTC) - _DRILLS_KEPT).delete()
