"""Approve and decline: a person, or another key than the one that asked, decides on a write that waits."""

from datetime import datetime
from typing import Any

from integrations.choosing import usable
from integrations.models import LedgerEntry
from integrations.refusals import NeedsAnother
from integrations.services import sending
from integrations.stopping import refuse_if_stopped
from tenants.actors import Actor
from tenants.refusals import Conflict
from tenants.scope import scope

State = LedgerEntry.State


def approve(entry: LedgerEntry, *, note: str = "", by: Actor, at: datetime) -> LedgerEntry:
    """Send it as it was shown. Not for whoever asked for it; opens its own scopes."""
    if entry.is_of(by):
        raise NeedsAnother("You asked for this write yourself: somebody else has to approve it.")
    with scope([entry.tenant_id]):
        entry = _current(entry)
        refuse_if_stopped(entry.tenant, entry.feature, may_know_why=True)
        access = usable(entry.connection).access()
        decision = _decision(by, at, note)
        if not sending.begin(entry, State.SENDING, at=at, by=by, why="write.approved", note=note, **decision):
            raise _too_late(entry)
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
