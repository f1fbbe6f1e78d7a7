"""A gateway looks into the folder of broken glass, whatever else is down."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from killswitch.breakglass.folder import KINDS, Folder
from killswitch.breakglass.order import GlassOrder
from killswitch.snapshot import StopsSnapshot
from killswitch.wire import from_wire

log = logging.getLogger(__name__)

_PERIOD_SECONDS: Final = 0.5
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
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_unreadable(self) -> bool:
        """Something lies in the folder that could not be taken up."""
        return None in self._seen.values()

    def start(self) -> None:
        """Before anything is read from PostgreSQL, which then says which of these stops are over."""
        # Whatever lies there, and a full disk, is no reason not to serve.
        for step in (self._hold_again, self._take, self._tell):
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

    def _take(self) -> None:
        waiting = self._folder.waiting()
        for file in waiting:
            if self._seen.get(file) is None:
                self._seen[file] = self._take_one(file)
        # What was moved away is forgotten; it comes back only if somebody puts it there.
        for file in self._seen.keys() - set(waiting):
            del self._seen[file]

    def _take_one(self, file: Path) -> UUID | None:
        """None, and it is tried again: whatever is wrong with one must not keep another from being taken up."""
        try:
            order = GlassOrder.read(file.read_bytes())
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
            self._folder.keep_names({kind: kept[kind] | dict(names[kind]) for kind in KINDS})
            self._names_seen = names

    async def _look_forever(self) -> None:
        for look in count():
            await asyncio.sleep(_PERIOD_SECONDS)
            try:
                self._take()
                # Files are brought to the disk aside: a slow disk must not hold up calls.
                await asyncio.to_thread(self._tell)
                if look % _LOOKS == 0:
                    await asyncio.to_thread(self._keep_names)
            except Exception as fault:
                log.error("glass.unusable %s: %s", type(fault).__name__, fault)
