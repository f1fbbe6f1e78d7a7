"""Setting workers on. By the tasks' names: what they run calls the services, and these come here."""

import logging
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError

from aiops.celery import app

log = logging.getLogger(__name__)

# Tasks that ask side by side, each its share of a run's calls at once.
SHARDS: Final = 2


def ask(run: UUID) -> None:
    """Once this is committed, every shard."""
    for shard in range(SHARDS):
        ask_shard(run, shard)


def ask_shard(run: UUID, shard: int, *, in_seconds: float | None = None) -> None:
    _after_commit("evals.tasks.ask", str(run), shard, countdown=in_seconds)


def judge(run: UUID) -> None:
    _after_commit("evals.tasks.judge", str(run))


def _after_commit(name: str, *arguments: Any, countdown: float | None = None) -> None:
    transaction.on_commit(partial(_send, name, arguments, countdown))


def _send(name: str, arguments: tuple[Any, ...], countdown: float | None) -> None:
    try:
        app.send_task(name, args=arguments, countdown=countdown, retry=False)
    except OperationalError as fault:
        # The change is committed: beat picks up runs that nobody works on.
        log.warning("task.not_sent name=%s %s", name, fault)
