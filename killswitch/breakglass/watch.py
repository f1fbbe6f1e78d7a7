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
from killswitch.breakglass.order import GlassOrder, Unreadable
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
        *,
        why_not_ready: Callable[[], str],
        names: Callable[[], Names],
    ) -> None:
        self._folder, self._stops, self._name = folder, stops, name
        self._why_not_ready, self._names = why_not_ready, names
        self._seen: dict[Path, UUID | None] = {}
        self._told: dict[str, Any] = {}
        self._names_seen: Names = {}
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Before anything is read from PostgreSQL, which then says which of these stops are over."""
        for said in self._folder.told():
            for told in said.get("held") or ():
                with suppress(KeyError, TypeError, ValueError, AttributeError):
                    self._stops.hold(from_wire(told))
        try:
            self._take()
            self._tell()
        except OSError as fault:
            # A full disk is no reason not to serve.
            log.error("glass.unusable %s: %s", type(fault).__name__, fault)
        self._looking = asyncio.create_task(self._look_forever())

    async def stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    def _take(self) -> None:
        waiting = self._folder.waiting()
        for file in waiting:
            if file not in self._seen:
                self._seen[file] = self._take_one(file)
        # What was moved away is forgotten; it comes back only if somebody puts it there.
        for file in self._seen.keys() - set(waiting):
            del self._seen[file]

    def _take_one(self, file: Path) -> UUID | None:
        try:
            order = GlassOrder.read(file.read_bytes())
        except (OSError, Unreadable) as fault:
            log.error("glass.unreadable file=%s %s", file, fault)
            return None
        cut = self._stops.hold(order.stop)
        log.warning("glass.broken id=%s target=%s by=%s cut=%d", order.stop.id, order.stop.target, order.by, cut)
        return order.stop.id

    def _tell(self) -> None:
        said = {
            "process": self._name,
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
