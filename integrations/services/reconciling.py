"""What a process left behind when it died, or never learned: the system is asked before anything is sent again."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from integrations.contract import Access, Done, Write
from integrations.faults import Fault, Uncertain
from integrations.models import LedgerEntry
from integrations.services import sending
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tenants.secrets import Unreadable

# No request lives that long: longer than a request's own deadline, questions before and after it included.
ABANDONED: Final = timedelta(seconds=90)
# What is not found then did not come through late, either.
SETTLED: Final = timedelta(seconds=120)
LOT: Final = 50


class _Abandoned(Uncertain):
    code = "abandoned"


class _Absent(Fault):
    """Asked for by our reference, and not there."""

    code = "not_found_there"


def reconcile(*, at: datetime) -> int:
    """Doubt what was left behind, and ask the systems about all that is in doubt; how many were settled."""
    with scope(ALL):
        left = list(LedgerEntry.objects.left_behind(since=at - ABANDONED).order_by("sent_at")[:LOT])
    for entry in left:
        sending.doubt(entry, _Abandoned("The process that sent it ended before it heard of it."), by=SYSTEM, at=at)
    with scope(ALL):
        doubted = LedgerEntry.objects.unknown().filter(sent_at__lt=at - SETTLED).order_by("ended_at", "sent_at")[:LOT]
        places = list(doubted.values_list("tenant_id", "id"))
    return sum(_settle(tenant, id, at=at) for tenant, id in places)


def _settle(tenant: UUID, id: UUID, *, at: datetime) -> bool:
    with scope([tenant]):
        entry = LedgerEntry.objects.select_related("connection").get(tenant_id=tenant, id=id)
        action, access = entry.does, _access(entry)
    if action is None or access is None:
        return False
    return _ask(entry, action, access, at=at)


def _access(entry: LedgerEntry) -> Access | None:
    """None: nothing goes through a connection that is off, not even a question."""
    if not entry.connection.is_enabled:
        return None
    try:
        return entry.connection.access()
    except Unreadable:
        return None


def _ask(entry: LedgerEntry, action: Write, access: Access, *, at: datetime) -> bool:
    try:
        found = action.find(access, entry.payload, entry.reference)
    except Fault as fault:
        _look_later(entry, fault, at=at)
        return False
    if found is None and entry.external_id:
        # The system had said that it is done; that it does not show it does not undo it.
        found = Done(entry.external_id, {})
    if found is not None:
        sending.finish(entry, found, by=SYSTEM)
    else:
        absent = _Absent("The system was asked, and has nothing with this write's reference: it was not done.")
        sending.fail(entry, absent, may_retry=True, by=SYSTEM)
    return True


def _look_later(entry: LedgerEntry, fault: Fault, *, at: datetime) -> None:
    """To the end of the queue: a system that is down must not keep others waiting."""
    with scope([entry.tenant_id]):
        asked_in_vain = f"Asked what became of it: {fault.says}"[:1000]
        LedgerEntry.objects.filter(pk=entry.pk, state=LedgerEntry.State.UNKNOWN).update(
            error=asked_in_vain, ended_at=at
        )
