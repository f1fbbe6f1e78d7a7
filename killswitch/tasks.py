from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.db import connection

from killswitch import services
from killswitch.breakglass import reconcile
from killswitch.breakglass.folder import Folder
from tenants.scope import ALL, scope


@shared_task
def lift_expired() -> None:
    with scope(ALL):
        services.lift_expired(at=_now())


@shared_task
def reconcile_broken_glass() -> None:
    folder = Folder.of(settings.AIOPS_HOME)
    reconcile.reconcile(folder, at=_now())
    with scope(ALL):
        reconcile.keep_names(folder)


def _now() -> datetime:
    """The database's clock: a worker whose own is fast would lift early."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
