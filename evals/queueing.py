"""Setting workers on. By the tasks' names: what they run calls the services, and these come here."""

from collections.abc import Callable
from functools import partial
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Now

from evals.models import Result, Run, Shard
from evals.planning import HELD_FOR, SHARDS
from tenants import queueing

_ASK: Final = "evals.tasks.ask"
# As often does beat look after runs of which no task is left.
PICK_UP_SECONDS: Final = 30.0
_NEXT_SECONDS: Final = 1.0
# A worker's child that was killed leaves a shard held, and its message comes again at once.
_AGAIN_SECONDS: Final = 5.0


def begin(run: UUID, *, untaken: Callable[[], None]) -> None:
    """As `ask`; `untaken` is called if the queue took none of it, which is known once this is committed."""
    transaction.on_commit(partial(_begin, _tickets(run), untaken))


def ask(run: UUID) -> None:
    """Once this is committed, every shard; none of fewer calls at once than there are shards."""
    for ticket in _tickets(run):
        _ask(ticket)


def _tickets(run: UUID) -> list[UUID]:
    at_once = Run.objects.values_list("at_once", flat=True).get(pk=run)
    shards = [
        Shard(run_id=run, number=number, ticket=uuid4(), held_by=None, until=Now() + HELD_FOR)
        for number in range(min(at_once, SHARDS))
    ]
    # Whatever was at a shard before is done with it: its ticket is an old one now.
    Shard.objects.bulk_create(
        shards,
        update_conflicts=True,
        unique_fields=["run", "number"],
        update_fields=["ticket", "held_by", "until"],
    )
    return [shard.ticket for shard in shards]


def hand_on(shard: Shard) -> None:
    """To a task that goes on with it. Not if another has it already, by the same ticket."""
    ticket = uuid4()
    mine = Shard.objects.filter(run=shard.run, number=shard.number, ticket=shard.ticket, held_by=None)
    if mine.update(ticket=ticket, until=Now() + HELD_FOR):
        _ask(ticket, countdown=_NEXT_SECONDS)


def look_again(shard: Shard) -> None:
    """By the same ticket, which ends with the task that is at it now: it dies, or hands on by another."""
    _ask(shard.ticket, countdown=_AGAIN_SECONDS)


def pick_up(run: Run) -> None:
    """What nobody is at. Messages that are still in the queue have the same tickets, so that no task is doubled."""
    if not run.results.waiting().exists():
        _after_commit("evals.tasks.judge", str(run.pk), expires=PICK_UP_SECONDS)
    elif Result.objects.of(run).free().exists():
        for ticket in Shard.objects.of(run).overdue().values_list("ticket", flat=True):
            _ask(ticket, expires=PICK_UP_SECONDS)


def judge(run: UUID) -> None:
    _after_commit("evals.tasks.judge", str(run))


def _begin(tickets: list[UUID], untaken: Callable[[], None]) -> None:
    taken = [queueing.send(_ASK, str(ticket)) for ticket in tickets]
    if not any(taken):
        untaken()


def _ask(ticket: UUID, **options: float) -> None:
    _after_commit(_ASK, str(ticket), **options)


def _after_commit(name: str, argument: str, **options: float) -> None:
    # Whether it was taken or not: beat picks up runs that nobody works on.
    transaction.on_commit(partial(queueing.send, name, argument, **options))
