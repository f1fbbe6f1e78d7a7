from celery import shared_task
from django.db import connection

from killswitch import services
from tenants.scope import ALL, scope


@shared_task
def lift_expired() -> None:
    with scope(ALL):
        with connection.cursor() as cursor:
            # The database's clock: a worker whose own is fast would lift early.
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone()
        services.lift_expired(at=now)
