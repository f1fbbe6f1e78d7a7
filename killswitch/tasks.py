from datetime import UTC, datetime

from celery import shared_task

from killswitch import services
from tenants.scope import ALL, scope


@shared_task
def lift_expired() -> None:
    with scope(ALL):
        services.lift_expired(at=datetime.now(UTC))
