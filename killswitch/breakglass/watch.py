"""A gateway looks into the folder of broken glass, whatever else is down."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from killswitch.breakglass.folder import KINDS, Folder, read_order
from killswitch.breakglass.order import GlassOrder
from killswitch.snapshot import StopsSnapshot
from killswitch.wire import from_wire

log = logging.getLogger(__name__)

_PERIOD_SECONDS: Final = 0.5
# Files of one look.
MOST_READ: Final = 200
# New names are kept every so many looks.
_LOOKS: Final = 4
type Names = Mapping[str, Mapping[str, str]]


class GlassWatch:
    """Takes up each order once, and keeps on the disk what this process holds: a restart must not undo it."""

    def __init__(
        self,
        folder: Folder,
        stops: StopsSnapshot,
        name: str,
        process_id: UUID,
        *,
        why_not_ready: Callable[[], str],
        names: Callable[[], Names],
    ) -> None:
        self._folder, self._stops, self._name, self._id = folder, stops, name, process_id
        self._why_not_ready, self._names = why_not_ready, names
        self._seen: dict[Path, UUID | None] = {}
        self._told: dict[str, Any] = {}
        self._names_seen: Names = {}
        # Of its own: those that all share may be waiting for a database that is gone.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="glass")
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_unreadable(self) -> bool:
        """Something lies in the folder that could not be taken up."""
        return None in self._seen.values()

    def start(self) -> None:
        """Before anything is read from PostgreSQL, which then says which of these stops are over."""
        # Whatever lies there, and a full disk, is no reason not to serve.
        for step in (self._hold_again, self._take_all, self._tell):
            try:
                step()
            except Exception as fault:
                log.error("glass.unusable %s: %s", type(fault).__name__, fault)
        self._looking = asyncio.create_task(self._look_forever())

    def _hold_again(self) -> None:
        """What gateways of this machine held."""
        for said in self._folder.told():
            for told in said["held"]:
                try:
                    self._stops.hold(from_wire(told))
                except Exception as fault:
                    log.error("glass.unreadable process=%s %s", said["process"], fault)

    async def stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        self._disk.shutdown(wait=False, cancel_futures=True)

    def _take_all(self) -> None:
        """Whatever their number: nothing is served before."""
        self._take(*self._look(None))

    def _look(self, most: int | None) -> tuple[list[Path], dict[Path, GlassOrder | Exception]]:
        """Read what is new, then again what could not be taken up, in turns."""
        waiting = self._folder.waiting()
        new = [file for file in waiting if file not in self._seen]
        again = [file for file, taken in self._seen.items() if taken is None]
        return waiting, {file: _read(file) for file in [*new, *again][:most]}

    def _take(self, waiting: Sequence[Path], found: Mapping[Path, GlassOrder | Exception]) -> None:
        for file, order in found.items():
            taken = self._take_one(file, order)
            # To the end of those that are tried again.
            self._seen.pop(file, None)
            self._seen[file] = taken
        # What was moved away is forgotten; it comes back only if somebody puts it there.
        for file in self._seen.keys() - set(waiting):
            del self._seen[file]

    def _take_one(self, file: Path, order: GlassOrder | Exception) -> UUID | None:
        """None, and it is tried again: whatever is wrong with one must not keep another from being taken up."""
        try:
            if isinstance(order, Exception):
                raise order
            cut = self._stops.hold(order.stop)
        except Exception as fault:
            if file not in self._seen:
                log.error("glass.unreadable file=%s %s: %s", file, type(fault).__name__, fault)
            return None
        log.warning("glass.broken id=%s target=%s by=%s cut=%d", order.stop.id, order.stop.target, order.by, cut)
        return order.stop.id

    def _tell(self) -> None:
        said = {
            "process": self._name,
            "id": str(self._id),
            "pid": os.getpid(),
            "why_not_ready": self._why_not_ready(),
            "applied": sorted(str(each) for each in self._seen.values() if each is not None),
            "held": self._stops.held_on_wire(),
        }
        if said != self._told:
            self._folder.tell(self._name, said)
            self._told = said

    def _keep_names(self) -> None:
        """What is new here is added; what is gone leaves when the console writes the whole list."""
        names = self._names()
        if names != self._names_seen:
            kept = self._folder.names()
            self._folder.keep_names({kind: kept[kind] | dict(names.get(kind, {})) for kind in KINDS})
            self._names_seen = names

    async def _look_forever(self) -> None:
        for look in count():
            await asyncio.sleep(_PERIOD_SECONDS)
            try:
                # A slow disk must not hold up calls; but what is taken up cuts some, which is for the loop to do.
                self._take(*await self._aside(partial(self._look, MOST_READ)))
                await self._aside(self._tell)
                if look % _LOOKS == 0:
                    await self._aside(self._keep_names)
            except Exception as fault:
                log.error("glass.unusable %s: %s", type(fault).__name__, fault)

    def _aside[T](self, step: Callable[[], T]) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(self._disk, step)


def _read(file: Path) -> GlassOrder | Exception:
    try:
        return read_order(file)
    except Exception as fault:
        return fault
