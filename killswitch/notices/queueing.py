"""Setting workers on, by the task's name: what they run comes from here."""

import logging
from collections.abc import Iterable, Sequence
from threading import Thread
from typing import Final

from kombu.exceptions import OperationalError

from aiops.celery import app
from tenants.queueing import broker

log = logging.getLogger(__name__)

DELIVER: Final = "killswitch.tasks.deliver_notices"


def deliver_soon(roads: Sequence[str]) -> None:
    """Apart from who asks: whoever has just stopped something must not wait for a broker."""
    Thread(target=deliver, args=[roads], name="notices", daemon=True).start()


def deliver(roads: Iterable[str]) -> None:
    """A broker that does not answer only makes it later: what waits is looked for every few seconds."""
    try:
        with broker() as opened:
            for road in roads:
                app.send_task(DELIVER, args=[road], connection=opened, retry=False)
    except (OperationalError, OSError) as fault:
        log.warning("notice.not_queued %s: %s", type(fault).__name__, fault)


def deliver_later(road: str, seconds: float) -> None:
    try:
        app.send_task(DELIVER, args=[road], countdown=seconds, retry=False)
    except (OperationalError, OSError) as fault:
        log.warning("notice.not_queued %s: %s", type(fault).__name__, fault)
