"""A runner's hold of its drill, for as long as it lives: a message that comes twice starts nothing twice.

By the clock of the database, as workers run on several machines.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Final
from uuid import UUID, uuid4

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from gateway.models import ChainDrill
from gateway.models.drill import ChainDrillQuerySet

log = logging.getLogger(__name__)

HELD_FOR: Final = timedelta(seconds=60)
HOLD_AGAIN_SECONDS: Final = 10.0


class Lost(Exception):
    """The drill was given up meanwhile."""


class Hold:
    """Of one runner. A drill that somebody held is never taken over: its calls were made, and paid for."""

    def __init__(self, drill: UUID) -> None:
        self._drill, self._runner = drill, uuid4()
        self._is_lost = Event()

    def take(self, **noted: object) -> bool:
        free = ChainDrill.objects.under_way().filter(pk=self._drill, held_by=None)
        return bool(free.update(held_by=self._runner, held_until=Now() + HELD_FOR, **noted))

    def check(self) -> None:
        """Raises Lost."""
        if self._is_lost.is_set():
            raise Lost

    def finish(self, **finding: object) -> bool:
        """False when it was given up meanwhile."""
        return bool(self._mine().update(**finding))

    @contextmanager
    def kept(self) -> Iterator[None]:
        over = Event()
        keeper = Thread(target=self._keep, args=[over], name="drill-hold", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def _keep(self, over: Event) -> None:
        try:
            while not over.wait(HOLD_AGAIN_SECONDS) and not self._is_lost.is_set():
                self._hold_again()
        finally:
            connection.close()

    def _hold_again(self) -> None:
        try:
            if not self._mine().update(held_until=Now() + HELD_FOR):
                self._is_lost.set()
        except DatabaseError as fault:
            # Tried again, in time if the database is back soon.
            log.warning("chain_drill.not_held id=%s %s", self._drill, fault)
            connection.close()

    def _mine(self) -> ChainDrillQuerySet:
        return ChainDrill.objects.under_way().filter(pk=self._drill, held_by=self._runner)
