from datetime import UTC, datetime

from celery import shared_task

from evals import queueing, services
from evals.models import Run, Shard
from evals.runner import Left, ask_units
from evals.services import planning
from tenants.scope import ALL, scope


@shared_task
def ask(ticket: str) -> None:
    """Ask for as long as a task may, then hand on to another; the last one has it judged."""
    found = Shard.objects.under_way().filter(ticket=ticket)
    shard = found.select_related("run__suite__suite", "run__prompt", "run__base", "run__head").first()
    if shard is None:
        return
    match ask_units(shard):
        case Left.NOTHING:
            queueing.judge(shard.run.pk)
        case Left.FREE:
            queueing.hand_on(shard)
        case Left.BUSY:
            queueing.look_again(shard)
        case Left.HELD:
            # Those who hold it end it; if they die, it is picked up.
            return


@shared_task
def judge(run: str) -> None:
    rows = Run.objects.running().select_related("suite__suite", "prompt", "base", "head")
    found = rows.filter(pk=run).first()
    if found is not None:
        with scope(ALL):
            services.judge(found, at=datetime.now(UTC))


@shared_task
def start_canaries() -> None:
    services.start_due_canaries(at=datetime.now(UTC))


@shared_task
def carry_out_planned_releases() -> None:
    planning.carry_out_due()


@shared_task
def pick_up_runs() -> None:
    """Of which no task is left, as when a worker was killed or the broker emptied."""
    for run in Run.objects.running():
        queueing.pick_up(run)
