"""Telling workers, by the tasks' names. A broker that hangs holds up whoever asks for seconds only."""

import logging
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import Any, Final

from kombu import Connection
from kombu.exceptions import OperationalError

from aiops.celery import app
from tenants.refusals import Refused

log = logging.getLogger(__name__)

# Of each step with a broker that hangs; its client takes several.
_PATIENCE: Final = {"socket_connect_timeout": 1, "socket_timeout": 1}
AWAY: Final = "The workers' queue does not answer, so nothing was started. Try again once Redis is back."


class QueueAway(Refused):
    """Nothing was started."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "queue_away"


def broker() -> AbstractContextManager[Connection]:
    connection: AbstractContextManager[Connection] = app.connection_for_write(transport_options=_PATIENCE)
    return connection


def check() -> None:
    """Raises QueueAway. Asked before the first row is written: it may take its time to say no."""
    with broker() as opened:
        try:
            opened.connect()
        except _faults(opened) as fault:
            log.warning("queue.away %s: %s", type(fault).__name__, fault)
            raise QueueAway(AWAY) from fault


def send(name: str, *args: str, **options: Any) -> bool:
    """Whether the queue took it."""
    with broker() as opened:
        try:
            app.send_task(name, args=args, connection=opened, retry=False, **options)
        except _faults(opened) as fault:
            log.warning("task.not_sent name=%s %s: %s", name, type(fault).__name__, fault)
            return False
    return True


def _faults(opened: Connection) -> tuple[type[BaseException], ...]:
    return (OperationalError, *opened.connection_errors, *opened.channel_errors)
