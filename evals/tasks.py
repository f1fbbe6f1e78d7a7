from datetime import UTC, datetime

from celery import shared_task

from evals import queueing, services
from evals.models import Run
from evals.runner import ask_units
from tenants.scope import ALL, scope


@shared_task
def ask(run: str, shard: int) -> None:
    """Ask for as long as a task may, then go on in another; the last one has it judged."""
    found = _running(run)
    if found is None:
        return
    if ask_units(found, shard, shares=queueing.SHARDS):
        queueing.judge(found.pk)
    elif found.results.waiting().exists():
        # Some are left, or another task is still at them: look again, as that one may die.
        queueing.ask_shard(found.pk, shard, in_seconds=1)


@shared_task
def judge(run: str) -> None:
    found = _running(run)
    if found is not None:
        with scope(ALL):
            services.judge(found, at=datetime.now(UTC))


def _running(run: str) -> Run | None:
    rows = Run.objects.running().select_related("suite__suite", "prompt", "base", "head")
    return rows.filter(pk=run).first()


@shared_task
def start_canaries() -> None:
    with scope(ALL):
        services.start_due_canaries(at=datetime.now(UTC))


@shared_task
def pick_up_runs() -> None:
    """Of which no task is left, as when the broker was emptied."""
    for run in Run.objects.running().values_list("pk", flat=True):
        queueing.ask(run)
