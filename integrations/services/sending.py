"""The one place from which a write leaves, and what becomes of it. Nothing is sent twice without asking first."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import F

from integrations.contract import Access, Done, Write
from integrations.faults import PASSING, Broke, Fault, Uncertain
from integrations.models import LedgerEntry
from integrations.vendors import ask
from tenants import audit
from tenants.actors import Actor
from tenants.scope import scope

log = logging.getLogger(__name__)

State = LedgerEntry.State
_IN_DOUBT: Final = (State.SENDING, State.UNKNOWN)
_LONGEST_ERROR: Final = 1000
_LONGEST_REMARK: Final = 500


def begin(
    entry: LedgerEntry, state: State, *, at: datetime, by: Actor, why: str, note: str = "", **decision: Any
) -> bool:
    """Take an entry that waits, or that failed and may be sent again, to `state`. False: somebody was faster.

    It has to be loaded in this transaction: only the version that was looked at is moved.
    """
    values: dict[str, Any] = {"error": "", "error_code": "", "may_retry": False, "ended_at": None, **decision}
    if state == State.SENDING:
        # Not when the request began: planning, or a person, may have taken long since.
        values |= {"sent_at": datetime.now(UTC), "attempts": entry.attempts + 1}
    if state == State.WAITING:
        # Whoever approved it before it failed is asked anew; what they did stays in the audit log.
        values |= {"decided_at": None, "decided_by_kind": "", "decided_by_id": "", "decided_by_label": ""}
    if not _advance(entry, _decidable(entry), state, values):
        return False
    record(why, entry, by=by, at=at, **({"note": note} if note else {}))
    return True


def send(entry: LedgerEntry, access: Access, *, by: Actor) -> None:
    """Ask the system to write it. No transaction is open meanwhile; the entry says `sending`, whoever dies."""
    action = entry.does
    assert action is not None, "an action of the registry was chosen for it"  # noqa: S101
    try:
        done = _found_before(entry, action, access) or _write(entry, action, access)
    except Uncertain as fault:
        return _in_doubt(entry, action, access, fault, by=by)
    except Fault as fault:
        return fail(entry, fault, may_retry=fault.code in PASSING, by=by)
    finish(entry, done, by=by)


def finish(entry: LedgerEntry, done: Done, *, by: Actor) -> None:
    at = datetime.now(UTC)
    values = {"ended_at": at, "external_id": done.external_id, "result": done.result, "error": "", "error_code": ""}
    facts = {"external_id": done.external_id} | ({"remark": done.remark} if done.remark else {})
    with scope([entry.tenant_id]):
        if _move(entry, _doubted(entry), State.DONE, values | {"remark": done.remark[:_LONGEST_REMARK]}):
            record("write.done", entry, by=by, at=at, **facts)
            _take_back(entry, by=by, at=at)
    log.info("write.done tenant=%s write=%s external=%s", entry.tenant_id, entry.id, done.external_id)


def fail(entry: LedgerEntry, fault: Fault, *, may_retry: bool, by: Actor) -> None:
    """The system did nothing: it is known."""
    at = datetime.now(UTC)
    values = {"ended_at": at, "error_code": fault.code, "error": fault.says[:_LONGEST_ERROR], "may_retry": may_retry}
    with scope([entry.tenant_id]):
        if _move(entry, _doubted(entry), State.FAILED, values):
            record("write.failed", entry, by=by, at=at, code=fault.code, error=values["error"])
    log.info("write.failed tenant=%s write=%s code=%s", entry.tenant_id, entry.id, fault.code)


def doubt(entry: LedgerEntry, fault: Fault, *, by: Actor, at: datetime) -> None:
    """Nobody knows what the system did; it is asked again until it tells."""
    values: dict[str, Any] = {"error_code": fault.code, "error": fault.says[:_LONGEST_ERROR], "doubted_at": at}
    if isinstance(fault, _Unread):
        values["external_id"] = fault.external_id
    with scope([entry.tenant_id]):
        if _move(entry, _sending(entry), State.UNKNOWN, values):
            record("write.unknown", entry, by=by, at=at, code=fault.code, error=values["error"])
    log.warning("write.unknown tenant=%s write=%s code=%s", entry.tenant_id, entry.id, fault.code)


def record(action: str, entry: LedgerEntry, *, by: Actor, at: datetime, **facts: Any) -> None:
    """In the transaction of the change itself."""
    payload: Mapping[str, Any] = {"write": str(entry.id), "action": entry.action, "state": str(entry.state), **facts}
    audit.append(entry.tenant_id, actor=by, action=action, object=entry.action, payload=payload, at=at)


def _found_before(entry: LedgerEntry, action: Write, access: Access) -> Done | None:
    """Before it is sent again the system is asked: it may have come through late."""
    if entry.attempts < 2:
        return None
    try:
        return ask(action.find, access, entry.payload, entry.reference)
    except Uncertain as fault:
        # Of a question, nothing is uncertain but the answer: nothing was sent.
        raise _AskedInVain(fault.says) from fault


def _write(entry: LedgerEntry, action: Write, access: Access) -> Done:
    external_id = ask(action.send, access, entry.payload, entry.reference)
    try:
        found = ask(action.find, access, entry.payload, entry.reference)
    except Fault as fault:
        raise _Unread(external_id, fault.says) from fault
    # The system said that it is done; that it does not show it does not undo it.
    return found or Done(external_id, {})


def _in_doubt(entry: LedgerEntry, action: Write, access: Access, fault: Uncertain, *, by: Actor) -> None:
    """It may have been done. The system is asked at once, and later again."""
    try:
        found = ask(action.find, access, entry.payload, entry.reference)
    except Fault:
        return doubt(entry, fault, by=by, at=datetime.now(UTC))
    if found is not None:
        return finish(entry, found, by=by)
    if isinstance(fault, Broke):
        # It answered, so it is at it no longer, and there is nothing there.
        return fail(entry, fault, may_retry=True, by=by)
    return doubt(entry, fault, by=by, at=datetime.now(UTC))


def _take_back(entry: LedgerEntry, *, by: Actor, at: datetime) -> None:
    """What an inverse action has undone says so."""
    if entry.undoes is None:
        return
    undone = LedgerEntry.objects.filter(tenant_id=entry.tenant_id, id=entry.undoes).first()
    if undone and _move(undone, LedgerEntry.objects.filter(pk=undone.pk, state=State.DONE), State.UNDONE, {}):
        record("write.undone", undone, by=by, at=at, by_write=str(entry.id))


def _decidable(entry: LedgerEntry) -> Any:
    rows = LedgerEntry.objects.filter(pk=entry.pk)
    return rows.filter(state=State.WAITING) | rows.filter(state=State.FAILED, may_retry=True)


def _doubted(entry: LedgerEntry) -> Any:
    return LedgerEntry.objects.filter(pk=entry.pk, state__in=_IN_DOUBT)


def _sending(entry: LedgerEntry) -> Any:
    return LedgerEntry.objects.filter(pk=entry.pk, state=State.SENDING)


def _move(entry: LedgerEntry, rows: Any, state: State, values: Mapping[str, Any]) -> bool:
    """One statement settles who was first; the entry is then as the database has it."""
    if _advance(entry, rows, state, values):
        return True
    # It was moved since it was loaded, such as by who doubted it; what is known now holds all the same.
    if not rows.update(state=state, version=F("version") + 1, **values):
        return False
    entry.refresh_from_db(fields=["state", "version", *values])
    return True


def _advance(entry: LedgerEntry, rows: Any, state: State, values: Mapping[str, Any]) -> bool:
    """From the version that was loaded: what the row is afterwards is known without reading it again."""
    if not rows.filter(version=entry.version).update(state=state, version=entry.version + 1, **values):
        return False
    for name, value in {"state": state, "version": entry.version + 1, **values}.items():
        setattr(entry, name, value)
    return True


class _AskedInVain(Fault):
    code = "unreachable"


class _Unread(Uncertain):
    """It is done; how often, and what is there now, could not be read."""

    code = "unread"

    def __init__(self, external_id: str, says: str) -> None:
        super().__init__(f"It was done, as {external_id}, and could not be read back: {says}")
        self.external_id = external_id
