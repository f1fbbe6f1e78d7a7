"""A task's hold of its shard, for as long as it lives: nobody else asks what it asks, and of one that died all is free.

By the clock of the database, as workers run on several machines.
"""

from enum import Enum, auto
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from evals.models import Result, Run, Shard
from evals.planning import HELD_FOR

HOLD_AGAIN_SECONDS: Final = 10.0


class Lost(Exception):
    """Another task is at the shard: this one was taken for dead."""


class Left(Enum):
    """What there is for the others when a task ends."""

    NOTHING = auto()
    FREE = auto()
    # All that waits is being asked by other tasks.
    HELD = auto()
    # The shard itself: another task is at it with the same ticket. It may have died just now.
    BUSY = auto()


def hold(shard: Shard, task: UUID) -> bool:
    """False while another task is at it, or when its ticket is an old one."""
    free = Q(held_by=None) | Q(until__lte=Now())
    found = Shard.objects.filter(free, run=shard.run, number=shard.number, ticket=shard.ticket)
    return bool(found.update(held_by=task, until=Now() + HELD_FOR))


def hold_again(task: UUID) -> None:
    """Raises Lost."""
    if not Shard.objects.filter(held_by=task).update(until=Now() + HELD_FOR):
        raise Lost


def let_go(run: Run, task: UUID) -> Left:
    """Of the shard and of all that is not done. Raises Lost."""
    if not Shard.objects.filter(run=run, held_by=task).update(held_by=None, until=Now()):
        raise Lost
    return left_of(run)


def left_of(run: Run) -> Left:
    results = Result.objects.of(run)
    if not results.waiting().exists():
        return Left.NOTHING
    return Left.FREE if results.free().exists() else Left.HELD
