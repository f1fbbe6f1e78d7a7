"""Telling a worker of a drill."""

import logging
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiops.celery import app
from tenants.refusals import Refused

log = logging.getLogger(__name__)

# By its name: what runs it imports OpenAI's client, which pages do not need.
_TASK: Final = "gateway.tasks.run_drill"
# Of each step with a broker that hangs; its client takes several.
_PATIENCE: Final = {"socket_connect_timeout": 1, "socket_timeout": 1}
_AWAY: Final = "The workers' queue does not answer, so no drill was started. Try again once Redis is back."


class QueueAway(Refused):
    """Nothing was started."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "queue_away"


def check() -> None:
    """Raises QueueAway."""
    with app.connection_for_write(transport_options=_PATIENCE) as broker:
        away: tuple[type[BaseException], ...] = broker.connection_errors + broker.channel_errors
        try:
            broker.connect()
        except away as fault:
            log.warning("chain_drill.queue_away %s: %s", type(fault).__name__, fault)
            raise QueueAway(_AWAY) from fault


def send(drill: UUID) -> bool:
    """Whether the queue took it."""
    try:
        with app.connection_for_write(transport_options=_PATIENCE) as broker:
            app.send_task(_TASK, args=(str(drill),), connection=broker, retry=False)
    except Exception as fault:
        log.warning("chain_drill.not_sent id=%s %s: %s", drill, type(fault).__name__, fault)
        return False
    return True
