"""Undo: the inverse action, itself in the ledger. A stop does not hold it up: it takes back what AI wrote."""

from datetime import UTC, datetime
from typing import Final

from django.db import IntegrityError, transaction

from aiops.lib import uuid7
from integrations.binding import refuse_if_moved
from integrations.choosing import access_of
from integrations.contract import Json, Write
from integrations.faults import Fault
from integrations.models import Connection, LedgerEntry
from integrations.refusals import NotUndoable, SystemRefused
from integrations.registry import ACTIONS
from integrations.services import sending
from integrations.services.orders import Order
from integrations.services.writing import entry_of
from integrations.vendors import ask
from tenants.actors import Actor
from tenants.refusals import Conflict
from tenants.scope import scope

State = LedgerEntry.State
_BY_ANOTHER: Final = "Somebody is undoing this write already, or has done so. Look at it again."


def undo(entry: LedgerEntry, *, note: str = "", by: Actor, at: datetime) -> LedgerEntry:
    """The entry of the inverse action, as it ended. Opens its own scopes."""
    inverse, asked = _inverse_of(entry)
    with scope([entry.tenant_id]):
        connection = Connection.objects.select_related("tenant").get(pk=entry.connection_id)
        access = access_of(connection)
        if connection.writes == Connection.Writes.DRY_RUN:
            raise NotUndoable(f"Writes to {connection.name} are dry runs now; nothing is sent there.")
        refuse_if_moved(entry, connection)
    id = uuid7.new()
    try:
        plan = ask(inverse.plan, access, asked, f"aiops:{id}")
    except Fault as fault:
        # What the system has cancelled by now, somebody else may have had it cancel just before.
        if _is_taken_back(entry):
            raise Conflict(_BY_ANOTHER) from fault
        raise SystemRefused(fault) from fault
    with scope([entry.tenant_id]):
        order = Order(tenant=connection.tenant, action=inverse.name, input=asked, by=by, feature=entry.feature)
        key = f"undo:{entry.id}:{_undone_in_vain(entry)}"
        inverting = entry_of(order, plan, id=id, key=key, body="", connection=connection, at=at)
        _keep(inverting, entry, note=note, by=by, at=at)
    sending.send(inverting, access, by=by)
    return inverting


def _inverse_of(entry: LedgerEntry) -> tuple[Write, Json]:
    action = entry.does
    if entry.state != State.DONE or action is None:
        raise NotUndoable(f"This write is {entry.get_state_display().lower()}: there is nothing to undo.")
    inverse = ACTIONS.get(action.undone_by)
    if action.undoing is None or not isinstance(inverse, Write):
        raise NotUndoable(f"No action takes this back. {action.by_hand}".strip())
    return inverse, action.undoing(entry.external_id)


def _is_taken_back(entry: LedgerEntry) -> bool:
    with scope([entry.tenant_id]):
        undoings = LedgerEntry.objects.filter(tenant_id=entry.tenant_id, undoes=entry.id)
        return undoings.exclude(state__in=[State.FAILED, State.DECLINED]).exists()


def _undone_in_vain(entry: LedgerEntry) -> int:
    return LedgerEntry.objects.filter(tenant_id=entry.tenant_id, undoes=entry.id).count()


def _keep(inverting: LedgerEntry, undone: LedgerEntry, *, note: str, by: Actor, at: datetime) -> None:
    inverting.undoes = undone.id
    inverting.writes, inverting.state = inverting.connection.writes, State.SENDING
    inverting.sent_at, inverting.attempts = datetime.now(UTC), 1
    # Whoever presses Undo has decided.
    inverting.decided_at, inverting.decision_note = at, note
    inverting.decided_by_kind, inverting.decided_by_id, inverting.decided_by_label = by.kind, by.id, by.label
    try:
        with transaction.atomic():
            inverting.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_BY_ANOTHER) from None
    sending.record("write.undoing", inverting, by=by, at=at, undoes=str(undone.id), **({"note": note} if note else {}))
