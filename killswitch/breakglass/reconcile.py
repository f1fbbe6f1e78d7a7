"""Broken glass becomes stops like any other, as soon as PostgreSQL is there."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from killswitch import services
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.order import GlassOrder, Unreadable
from killswitch.lookups import target_of
from killswitch.models import Release, Stop
from killswitch.scopes import InFlight, Mode
from tenants.actors import Actor, ActorKind
from tenants.models import Feature, Tenant
from tenants.refusals import Conflict, Refused
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)

# Taken in within seconds; one that lies longer cannot be.
_PATIENCE: Final = timedelta(seconds=30)


def reconcile(folder: Folder, *, at: datetime) -> int:
    """Take in what lies in the folder; how many. What cannot be taken in stays in force, stays there, and is told."""
    return sum(_take_in(folder, file, at) for file in folder.waiting())


def keep_names(folder: Folder) -> None:
    """So that people can name tenants and features while PostgreSQL is down."""
    tenants, features = (dict(rows.values_list("slug", "id")) for rows in (Tenant.objects.all(), Feature.objects.all()))
    kinds = {"tenants": tenants, "features": features}
    folder.keep_names({kind: {slug: str(each) for slug, each in found.items()} for kind, found in kinds.items()})


def overdue(folder: Folder, *, at: datetime) -> list[Path]:
    """What should have become stops by now."""
    return [file for file in folder.waiting() if at.timestamp() - file.stat().st_mtime > _PATIENCE.total_seconds()]


def _take_in(folder: Folder, file: Path, at: datetime) -> bool:
    try:
        order = GlassOrder.read(file.read_bytes())
        # Committed before the file is moved away.
        with scope(ALL):
            if not _is_known(order):
                _adopt(order, at)
    except FileNotFoundError:
        # Another worker was quicker.
        return False
    except Conflict:
        pass
    except (OSError, Unreadable, Refused) as fault:
        log.error("glass.not_taken_in file=%s %s: it stays in force", file, getattr(fault, "detail", fault))
        return False
    folder.settle(file)
    return True


def _is_known(order: GlassOrder) -> bool:
    asked = order.stop.id
    return Stop.objects.filter(pk=asked).exists() or Release.objects.filter(stop_id=asked).exists()


def _adopt(order: GlassOrder, at: datetime) -> None:
    stop = order.stop
    asked = services.Order(
        id=stop.id,
        target=target_of(stop.target),
        reason=Stop.Reason(stop.reason) if stop.reason in Stop.Reason else Stop.Reason.LOOKING,
        mode=Mode(stop.mode),
        in_flight=InFlight(stop.in_flight),
        drain_seconds=stop.drain_seconds,
        note=order.note,
        message=stop.message,
        origin=Stop.Origin.BREAK_GLASS,
        evidence={"broken_at": order.at.isoformat(), "taken_in_at": at.isoformat()},
    )
    by = Actor(ActorKind.SYSTEM, f"break-glass:{order.by}"[:64], f"break-glass: {order.by}")
    # As of when it was broken, unless that machine's clock was ahead.
    services.adopt(asked, by=by, at=min(order.at, at))
