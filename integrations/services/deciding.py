"""Approve and decline: a person, or another key than the one that asked, decides on a write that waits."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError

from integrations.binding import refuse_if_moved
from integrations.choosing import access_of
from integrations.contract import Access
from integrations.models import Connection, LedgerEntry
from integrations.services import sending
from integrations.services.foureyes import refuse_unless_another
from integrations.stopping import Asks, refuse_if_stopped
from tenants.actors import Actor
from tenants.refusals import Conflict
from tenants.scope import scope

State = LedgerEntry.State


def approve(entry: LedgerEntry, *, note: str = "", by: Actor, at: datetime) -> LedgerEntry:
    """Send it as it was shown. Not for whoever asked for it; opens its own scopes."""
    refuse_unless_another(entry, by)
    try:
        with scope([entry.tenant_id]):
            entry, access = _approved(_current(entry), note=note, by=by, at=at)
    except IntegrityError:
        raise Conflict("Another undo of that write is under way, or has been done. Nothing more was done.") from None
    sending.send(entry, access, by=by)
    return entry


def decline(entry: LedgerEntry, *, note: str = "", by: Actor, at: datetime) -> LedgerEntry:
    """It is never sent. Whoever asked for it may take it back so, too."""
    with scope([entry.tenant_id]):
        entry = _current(entry)
        decision = _decision(by, at, note)
        if not sending.begin(entry, State.DECLINED, at=at, by=by, why="write.declined", note=note, **decision):
            raise _too_late(entry)
    return entry


def _approved(entry: LedgerEntry, *, note: str, by: Actor, at: datetime) -> tuple[LedgerEntry, Access]:
    connection = entry.connection
    if entry.undoes is None:
        # Undo is not held up, be it the second try.
        refuse_if_stopped(_asks(entry, by))
    if entry.is_decidable:
        access = access_of(connection)
        if connection.writes == Connection.Writes.DRY_RUN:
            raise Conflict(f"Writes to {connection.name} are dry runs now: shown, never sent. Nothing was sent.")
        refuse_if_moved(entry, connection)
        if sending.begin(
            entry, State.SENDING, at=at, by=by, why="write.approved", note=note, **_decision(by, at, note)
        ):
            return entry, access
    raise _too_late(entry)


def _asks(entry: LedgerEntry, by: Actor) -> Asks:
    return Asks(
        tenant=entry.tenant,
        feature=entry.feature,
        connection=entry.connection_id,
        user=entry.user_key,
        writes=True,
        draw=entry.id.int % 100,
        may_know_why=True,
        may_know_who=by.is_over_all,
    )


def _current(entry: LedgerEntry) -> LedgerEntry:
    return LedgerEntry.objects.select_related("tenant", "feature", "connection__tenant").get(pk=entry.pk)


def _decision(by: Actor, at: datetime, note: str) -> dict[str, Any]:
    return {
        "decided_at": at,
        "decided_by_kind": by.kind,
        "decided_by_id": by.id,
        "decided_by_label": by.label,
        "decision_note": note,
    }


def _too_late(entry: LedgerEntry) -> Conflict:
    entry.refresh_from_db()
    is_now = entry.get_state_display().lower()
    if entry.decided_at is None:
        return Conflict(f"This write waits for nobody: it is {is_now}.")
    verb = "declined" if entry.state == State.DECLINED else "approved"
    when = f"{entry.decided_at:%-d %b %H:%M:%S} UTC"
    return Conflict(f"{entry.decided_by_label} {verb} this write at {when}. It is {is_now}; nothing more was done.")
