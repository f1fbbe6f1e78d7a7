from datetime import UTC, datetime
from functools import partial

from celery import shared_task

from integrations import services


@shared_task
def reconcile_writes() -> None:
    services.reconcile(at=datetime.now(UTC))


@shared_task
def test_connections() -> None:
    services.keep_fresh(clock=partial(datetime.now, UTC))
