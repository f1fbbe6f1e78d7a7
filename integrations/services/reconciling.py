"""What a process left behind when it died, or never learned: the system is asked before anything is sent again."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from integrations.binding import why_moved
from integrations.contract import Done
from integrations.faults import Fault, TimedOut, Uncertain, Unreachable
from integrations.models import LedgerEntry
from integrations.services import sending
from integrations.vendors import ask
from tenants.actors import SYSTEM
from tenants.alone import alone
from tenants.scope import ALL, scope
from tenants.secrets import Unreadable

log = logging.getLogger(__name__)

# No request lives that long: longer than a request's own deadline, questions before and after it included.
ABANDONED: Final = timedelta(seconds=90)
# From the doubt on: what is not found then did not come through late, either.
SETTLED: Final = timedelta(seconds=120)
LOT: Final = 50
# Of one connection a run: a system that is down must not keep others waiting.
LOT_OF_ONE: Final = 5
# Of a run, which shares its worker with what lifts stops; and of one question, so that others get theirs.
SECONDS: Final = 25.0
SECONDS_EACH: Final = 8.0


class _Abandoned(Uncertain):
    code = "abandoned"


class _Absent(Fault):
    """Asked for by our reference, and not there."""

    code = "not_found_there"


class _NotAsked(Fault):
    """Nothing goes through that connection now, not even a question."""


def reconcile(*, at: datetime, seconds: float = SECONDS) -> int:
    """Doubt what was left behind, and ask the systems about all that is in doubt; how many were settled.

    One run at a time, whoever starts it: a second one does nothing.
    """
    with alone("integrations.reconcile") as is_first:
        return _reconcile(at, time.monotonic() + seconds) if is_first else 0


def _reconcile(at: datetime, deadline: float) -> int:
    with scope(ALL):
        left = list(LedgerEntry.objects.left_behind(since=at - ABANDONED).order_by("sent_at")[:LOT])
    for entry in left:
        sending.doubt(entry, _Abandoned("The process that sent it ended before it heard of it."), by=SYSTEM, at=at)
    with scope(ALL):
        lot = LedgerEntry.objects.in_doubt(since=at - SETTLED, of_one=LOT_OF_ONE)[:LOT]
        places = list(lot.values_list("tenant_id", "id", "connection_id"))
    return _settle_all(places, at, deadline)


def _settle_all(places: Sequence[tuple[UUID, UUID, UUID]], at: datetime, deadline: float) -> int:
    settled, silent = 0, dict[UUID, Fault]()
    for tenant, id, connection in places:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            if connection in silent:
                # Asked about another of its writes a moment ago, and heard nothing.
                raise silent[connection]
            _settle(tenant, id, min(left, SECONDS_EACH))
            settled += 1
        except Fault as fault:
            if isinstance(fault, Unreachable | TimedOut):
                silent[connection] = fault
            _look_later(tenant, id, fault.says, at=at)
        except Exception:
            # One that trips us must not keep the others from being settled, now and every half minute.
            log.exception("write.reconciling tenant=%s write=%s", tenant, id)
            _look_later(tenant, id, "the console failed over it; its log says how.", at=at)
    return settled


def _settle(tenant: UUID, id: UUID, seconds: float) -> None:
    """Refuses as a Fault what cannot be told yet."""
    with scope([tenant]):
        entry = LedgerEntry.objects.select_related("connection").get(tenant_id=tenant, id=id)
        action, connection = entry.does, entry.connection
        if action is None or not connection.is_enabled:
            raise _NotAsked(f"{connection.name} is off." if action else f"there is no action {entry.action} any more.")
        if (moved := why_moved(entry, connection)) is not None:
            # The other system has nothing of it, which tells nothing.
            raise _NotAsked(moved)
        try:
            access = replace(connection.access(), seconds=seconds)
        except Unreadable as fault:
            raise _NotAsked(f"the key of {connection.name} does not open; give it again.") from fault
    found = ask(action.find, access, entry.payload, entry.reference)
    if found is None and entry.external_id:
        # The system had said that it is done; that it does not show it does not undo it.
        found = Done(entry.external_id, {})
    if found is not None:
        sending.finish(entry, found, by=SYSTEM)
    else:
        absent = _Absent("The system was asked, and has nothing with this write's reference: it was not done.")
        sending.fail(entry, absent, may_retry=True, by=SYSTEM)


def _look_later(tenant: UUID, id: UUID, says: str, *, at: datetime) -> None:
    """To the end of the queue, whatever the reason."""
    with scope([tenant]):
        unknown = LedgerEntry.objects.unknown().filter(tenant_id=tenant, id=id)
        unknown.update(error=f"Asked what became of it: {says}"[:1000], looked_at=at)
