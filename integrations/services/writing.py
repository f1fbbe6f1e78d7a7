"""A write: planned, then kept in the ledger, then sent, or shown, or left for a person to decide on."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError

from aiops.lib import uuid7
from costs.endusers import user_key
from costs.models import EndUser
from integrations.binding import refuse_if_moved
from integrations.choosing import access_of, choose, usable
from integrations.contract import Plan, Write
from integrations.faults import Fault
from integrations.models import Connection, LedgerEntry
from integrations.people import people_of
from integrations.refusals import InProgress, KeyUsed, Moved, SystemRefused
from integrations.services import sending
from integrations.services.orders import Order, Outcome
from integrations.stopping import refuse_if_stopped
from integrations.vendors import ask
from tenants.refusals import Invalid
from tenants.scope import scope

State = LedgerEntry.State
Writes = Connection.Writes
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    """An order that may be run, with all that its entry will say."""

    action: Write
    order: Order
    connection: Connection
    id: UUID
    key: str
    body: str

    @property
    def writes(self) -> str:
        return Writes.DRY_RUN if _is_dry(self.order) else self.connection.writes


def write(action: Write, order: Order, *, at: datetime) -> Outcome:
    with scope([order.tenant.pk]):
        connection = choose(order.tenant, action.system, slug=order.connection, environment=order.environment)
        refuse_if_stopped(order.asks(connection, writes=True))
        asked = _asked(action, order, connection)
        known = _known(asked)
        if known is None:
            access = access_of(connection)
    if known is not None:
        return _replayed(asked, known, at)
    try:
        plan = ask(action.plan, access, order.input, f"aiops:{asked.id}")
    except Fault as fault:
        raise SystemRefused(fault) from fault
    try:
        with scope([order.tenant.pk]):
            entry = _keep(asked, plan, at)
    except IntegrityError as fault:
        return _replayed(asked, _first(asked, fault), at)
    if entry.state == State.SENDING:
        sending.send(entry, access, by=order.by)
    return Outcome(action, connection, entry=entry, person=order.user or None)


def _asked(action: Write, order: Order, connection: Connection) -> _Asked:
    id = uuid7.new()
    body = json.dumps([action.name, connection.slug, order.input], sort_keys=True)
    digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
    return _Asked(action, order, connection, id, _key_of(order, id), digest)


def _is_dry(order: Order) -> bool:
    # What evals ask of the built-in tenant never reaches a system.
    return order.dry_run or order.tenant.is_operator


def _key_of(order: Order, id: UUID) -> str:
    """In rooms of their own: what was only tried out is no answer to what is asked in earnest."""
    if order.key is not None and not 0 < len(order.key) <= _LONGEST_KEY:
        raise Invalid("idempotency_key", f"it must have 1 to {_LONGEST_KEY} characters.")
    key = f"given:{order.key}" if order.key else f"call:{order.call_id}:{order.position}" if order.call_id else ""
    if _is_dry(order):
        return f"dry-run:{key or id}"
    if not key:
        raise Invalid(
            "idempotency_key", "a write needs one, or the call_id it follows from: sent twice, it is done once."
        )
    return key


def _known(asked: _Asked) -> LedgerEntry | None:
    rows = LedgerEntry.objects.of(asked.order.tenant).filter(key=asked.key)
    # Most are new: what belongs to an entry is loaded only with one that is there.
    return rows.select_related("tenant", "connection", "feature").get() if rows.exists() else None


def _first(asked: _Asked, fault: IntegrityError) -> LedgerEntry:
    """Asked at once under one key, one of both gets the other's."""
    with scope([asked.order.tenant.pk]):
        first = _known(asked)
    if first is None:
        raise fault
    return first


def _replayed(asked: _Asked, entry: LedgerEntry, at: datetime) -> Outcome:
    if entry.body_digest != asked.body:
        raise KeyUsed("This idempotency key was used for another request.")
    if entry.state == State.SENDING:
        raise InProgress("This write is being sent at this moment; ask again in a few seconds.")
    if entry.state == State.FAILED and entry.may_retry:
        return _again(asked, entry, at)
    return _told(asked, entry, replayed=True)


def _told(asked: _Asked, entry: LedgerEntry, *, replayed: bool = False) -> Outcome:
    with scope([entry.tenant_id]):
        person = people_of([entry]).get((entry.tenant_id, entry.user_key))
    return Outcome(asked.action, asked.connection, entry=entry, replayed=replayed, person=person)


def _again(asked: _Asked, entry: LedgerEntry, at: datetime) -> Outcome:
    """It failed for a passing reason: the same write, under the mode that holds now, not a second one."""
    state = State.WAITING if asked.writes == Writes.APPROVE else State.SENDING
    if asked.writes == Writes.DRY_RUN:
        return _told(asked, entry, replayed=True)
    with scope([entry.tenant_id]):
        refuse_if_stopped(asked.order.asks(asked.connection, writes=True))
        refuse_if_moved(entry, asked.connection)
        access = access_of(asked.connection)
        if not sending.begin(entry, state, at=at, by=asked.order.by, why="write.asked_again"):
            raise InProgress("This write is being sent at this moment; ask again in a few seconds.")
    if state == State.SENDING:
        sending.send(entry, access, by=asked.order.by)
    return _told(asked, entry)


def _keep(asked: _Asked, plan: Plan, at: datetime) -> LedgerEntry:
    """The entry stands before anything is sent."""
    order = asked.order
    # The system may have been slow: asked again, right before sending.
    refuse_if_stopped(order.asks(asked.connection, writes=True))
    connection = _as_it_is_now(asked.connection)
    mode = Writes.DRY_RUN if _is_dry(order) else Writes(connection.writes)
    entry = entry_of(order, plan, id=asked.id, key=asked.key, body=asked.body, connection=connection, at=at)
    entry.writes = mode
    entry.state = {Writes.DRY_RUN: State.PLANNED, Writes.APPROVE: State.WAITING, Writes.ALLOW: State.SENDING}[mode]
    if mode == Writes.ALLOW:
        entry.sent_at, entry.attempts = datetime.now(UTC), 1
    entry.save(force_insert=True)
    if mode != Writes.DRY_RUN:
        # A dry run changes nothing: it has its entry, and no row of the audit log.
        sending.record("write.asked", entry, by=order.by, at=at)
    return entry


def _as_it_is_now(connection: Connection) -> Connection:
    """Read again only when it was changed, or tested, while its system was asked."""
    if Connection.objects.filter(pk=connection.pk, version=connection.version, health=connection.health).exists():
        return connection
    now = usable(Connection.objects.select_related("tenant").get(pk=connection.pk))
    if now.leads_to != connection.leads_to:
        raise Moved(f"{now.name} was changed while its system was asked; nothing was sent. Ask again.")
    return now


def entry_of(
    order: Order, plan: Plan, *, id: UUID, key: str, body: str, connection: Connection, at: datetime
) -> LedgerEntry:
    return LedgerEntry(
        tenant=order.tenant,
        id=id,
        connection=connection,
        action=order.action,
        key=key,
        body_digest=body,
        input=order.input,
        before=plan.before,
        after=plan.after,
        payload=plan.payload,
        planned_against=connection.leads_to,
        asked_at=at,
        asked_by_kind=order.by.kind,
        asked_by_id=order.by.id,
        asked_by_label=order.by.label,
        user_key=_user_key(order, at),
        call_id=order.call_id,
        feature=order.feature,
        prompt_version=order.prompt_version,
    )


def _user_key(order: Order, at: datetime) -> UUID | None:
    """As calls have it: whoever forgets the person makes the writes anonymous, too."""
    if not order.user:
        return None
    key = user_key(order.tenant.pk, order.user)
    person = EndUser(tenant=order.tenant, key=key, label=order.user, seen_at=at)
    EndUser.objects.bulk_create([person], ignore_conflicts=True)
    return key
