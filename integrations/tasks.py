from datetime import UTC, datetime

from celery import shared_task

from integrations import services


@shared_task
def reconcile_writes() -> None:
    services.reconcile(at=datetime.now(UTC))
