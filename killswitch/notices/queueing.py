"""Setting workers on, by the task's name: what they run comes from here."""

import logging
from collections.abc import Iterable, Sequence
from threading import Thread
from typing import Final

from kombu.exceptions import OperationalError

from aiops.celery import app

log = logging.getLogger(__name__)

DELIVER: Final = "killswitch.tasks.deliver_notices"
# Of each step with a broker that hangs; its client takes several.
_PATIENCE: Final = {"socket_connect_timeout": 1, "socket_timeout": 1}


def deliver_soon(roads: Sequence[str]) -> None:
    """Apart from who asks: whoever has just stopped something must not wait for a broker."""
    Thread(target=deliver, args=[roads], name="notices", daemon=True).start()


def deliver(roads: Iterable[str]) -> None:
    """A broker that does not answer only makes it later: what waits is looked for every few seconds."""
    try:
        with app.connection_for_write(transport_options=_PATIENCE) as broker:
            for road in roads:
                app.send_task(DELIVER, args=[road], connection=broker, retry=False)
    except (OperationalError, OSError) as fault:
        log.warning("notice.not_queued %s: %s", type(fault).__name__, fault)


def deliver_later(road: str, seconds: float) -> None:
    try:
        app.send_task(DELIVER, args=[road], countdown=seconds, retry=False)
    except (OperationalError, OSError) as fault:
        log.warning("notice.not_queued %s: %s", type(fault).__name__, fault)
