"""Broken glass becomes stops like any other, as soon as PostgreSQL is there, or a person adopts them."""

import logging
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from killswitch import services
from killswitch.breakglass.folder import Folder, read_order
from killswitch.breakglass.order import GlassOrder, Unreadable
from killswitch.lookups import all_names, order_of
from killswitch.models import HeldRelease, Stop
from killswitch.models.stop import GLASS
from killswitch.services import Held, StopResult
from tenants import revisions
from tenants.actors import Actor, ActorKind
from tenants.models import Revision
from tenants.refusals import Conflict
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)

# Taken in within seconds; one that lies longer cannot be.
_PATIENCE: Final = timedelta(seconds=30)
# Files that this worker has told of, with what was wrong: they are tried every two seconds.
_told_of: Final = dict[Path, str]()
_SOMEBODY: Final = Actor(ActorKind.SYSTEM, f"{GLASS}unknown", "Somebody unknown", is_over_all=True)


def reconcile(folder: Folder, *, at: datetime) -> int:
    """Take in what lies in the folder; how many. What cannot be taken in stays in force, stays there, and is told."""
    return sum(_take_in(folder, file, at) for file in folder.waiting())


def adopt(held: Held, folder: Folder, *, note: str, origin: Stop.Origin, by: Actor, at: datetime) -> StopResult:
    """Make it a stop like any other, of whoever made it: as its order tells, where that lies in the folder.

    Else nobody knows who that was, so a careful one takes two people to end. Raises NotFound, Invalid or Conflict.
    """
    file, order = next(_orders(folder, held.stop.id), (None, None))
    if order is None and not held.is_careful:
        return services.adopt(order_of(held.stop, note=note, origin=origin), by=by, at=at)
    with revisions.changing(Revision.Name.STOPS):
        if order is not None:
            made = _adopt(order, at)
        else:
            made = services.adopt(order_of(held.stop, origin=origin), by=_SOMEBODY, at=min(held.since, at))
        services.note(made.stop, note.strip() or "Adopted.", by=by, at=at)
    if file is not None:
        # Else the worker does it, as PostgreSQL knows it by now.
        with suppress(OSError):
            folder.settle(file)
    return replace(made, revision=made.stop.revision)


def _orders(folder: Folder, stop_id: UUID) -> Iterator[tuple[Path, GlassOrder]]:
    for file in folder.waiting():
        with suppress(Unreadable, OSError):
            order = read_order(file)
            if order.stop.id == stop_id:
                yield file, order


def keep_names(folder: Folder, *, at: datetime) -> None:
    """So that people can name what they stop while PostgreSQL is down; read when something was declared."""
    mark = str(Revision.objects.values_list("mark", flat=True).get(name=Revision.Name.CONFIG))
    if folder.has_names_of(mark, at=at):
        return
    folder.keep_names(all_names(), of=mark)


def overdue(folder: Folder, *, at: datetime) -> list[Path]:
    """What should have become stops by now."""
    return [file for file in folder.waiting() if at.timestamp() - _written_at(file) > _PATIENCE.total_seconds()]


def unreadable(folder: Folder) -> list[Path]:
    """What is no order, and so stops nothing."""
    return [file for file in folder.waiting() if not _is_order(file)]


def _written_at(file: Path) -> float:
    try:
        # Of a link its own: what it leads to may not be there.
        return file.lstat().st_mtime
    except FileNotFoundError:
        # Taken in meanwhile.
        return math.inf


def _is_order(file: Path) -> bool:
    try:
        read_order(file)
    except Unreadable:
        return False
    except OSError as fault:
        return isinstance(fault, FileNotFoundError)
    return True


def _take_in(folder: Folder, file: Path, at: datetime) -> bool:
    """Whatever is wrong with one, the others are taken in."""
    try:
        order = read_order(file)
        # Committed before the file is moved away.
        with suppress(Conflict), scope(ALL):
            if not _is_known(order):
                _adopt(order, at)
        folder.settle(file)
    except FileNotFoundError:
        # Another worker was quicker.
        return False
    except Unreadable as fault:
        _tell_once(file, f"{fault}: it is no order")
        return False
    except Exception as fault:
        _tell_once(file, f"{getattr(fault, 'detail', fault)}: it stays in force")
        return False
    _told_of.pop(file, None)
    return True


def _tell_once(file: Path, wrong: str) -> None:
    if _told_of.get(file) != wrong:
        _told_of[file] = wrong
        log.error("glass.not_taken_in file=%s %s", file, wrong)


def _is_known(order: GlassOrder) -> bool:
    asked = order.stop.id
    return Stop.objects.filter(pk=asked).exists() or HeldRelease.objects.filter(stop_id=asked).exists()


def _adopt(order: GlassOrder, at: datetime) -> StopResult:
    times = {"broken_at": order.at.isoformat(), "taken_in_at": at.isoformat()}
    asked = order_of(order.stop, note=order.note, origin=Stop.Origin.BREAK_GLASS, evidence=times)
    by = Actor(ActorKind.SYSTEM, f"{GLASS}{order.by}"[:64], f"break-glass: {order.by}", is_over_all=True)
    # As of when it was broken, unless that machine's clock was ahead.
    return services.adopt(asked, by=by, at=min(order.at, at))
