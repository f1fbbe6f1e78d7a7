from datetime import UTC, datetime, timedelta
from typing import Final

from celery import shared_task

from gateway.drills import start_due
from gateway.drills.running import run_drill as run
from gateway.models import ChainDrill
from tenants.scope import ALL, scope

_KEPT: Final = timedelta(days=400)


@shared_task
def run_drill(drill: str) -> None:
    found = ChainDrill.objects.under_way().select_related("chain").filter(pk=drill).first()
    if found is not None:
        run(found)


@shared_task
def start_due_drills() -> None:
    with scope(ALL):
        start_due(at=datetime.now(UTC))


@shared_task
def forget_old_drills() -> None:
    ChainDrill.objects.filter(started_at__lt=datetime.now(UTC) - _KEPT).delete()
