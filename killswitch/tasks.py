from datetime import datetime, timedelta

from celery import shared_task
from django.db import connection

from killswitch import services
from killswitch.models import Complaint
from killswitch.rules.looking import look_at_all
from killswitch.rules.reading import read
from tenants.scope import ALL, scope

COMPLAINTS_KEPT = timedelta(days=30)


@shared_task
def lift_expired() -> None:
    with scope(ALL):
        services.lift_expired(at=_now())


@shared_task
def look_by_rules() -> None:
    look_at_all(read, at=_now())


@shared_task
def forget_old_complaints() -> None:
    with scope(ALL):
        Complaint.objects.filter(at__lt=_now() - COMPLAINTS_KEPT).delete()


def _now() -> datetime:
    """The database's clock: a worker whose own is fast would lift early."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
