"""The audit chain: per tenant, each entry sealed with the one before it."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from tenants.actors import Actor
from tenants.models import OPERATOR, AuditEntry, Tenant

GENESIS = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Verification:
    """What walking a chain found; `broken_at` is the seq of the first entry that does not hold."""

    tenant: UUID
    entries: int
    broken_at: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.broken_at is None


@dataclass(frozen=True, slots=True)
class Fact:
    """What an entry says: `prompt.pushed`, of what, and how."""

    action: str
    object: str
    payload: Mapping[str, Any]


def append(
    tenant_id: UUID, *, actor: Actor, action: str, object: str, payload: Mapping[str, Any], at: datetime | None = None
) -> AuditEntry:
    """Seal one entry onto the tenant's chain, in the caller's transaction.

    Take the revision's lock before calling this: two transactions that take both in opposite order would deadlock.
    """
    return append_all(tenant_id, [Fact(action, object, payload)], actor=actor, at=at)[0]


def append_all(tenant_id: UUID, facts: Sequence[Fact], *, actor: Actor, at: datetime | None = None) -> list[AuditEntry]:
    """Seal one entry each onto the chain, in their order; as `append`, in as many statements as for one."""
    if not facts:
        return []
    _lock(tenant_id)
    # A statement of its own: one that waited for the lock would still see the head from before.
    head = AuditEntry.objects.filter(tenant_id=tenant_id).order_by("-seq").values_list("seq", "seal").first()
    last, previous = (head[0], bytes(head[1])) if head else (0, GENESIS)
    at, made = at or datetime.now(UTC), []
    for seq, fact in enumerate(facts, last + 1):
        entry = _sealed(tenant_id, seq, previous, fact, actor, at)
        previous = bytes(entry.seal)
        made.append(entry)
    return AuditEntry.objects.bulk_create(made)


def _sealed(tenant_id: UUID, seq: int, previous: bytes, fact: Fact, actor: Actor, at: datetime) -> AuditEntry:
    text, salt = canonical(fact.payload), os.urandom(16)
    entry = AuditEntry(
        tenant_id=tenant_id,
        seq=seq,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        action=fact.action,
        # Long names must not make the change itself impossible; ids are in the payload.
        object=fact.object[:200],
        payload=text,
        salt=salt,
        payload_digest=digest(text, salt),
        previous=previous,
    )
    entry.seal = seal(entry)
    return entry


def append_to_installation(
    *, actor: Actor, action: str, object: str, payload: Mapping[str, Any], at: datetime | None = None
) -> AuditEntry:
    """Onto the operator's own chain: what is declared belongs there, also of a tenant.

    A declaration may take long, and on the tenants' chains it would hold up every stop meanwhile.
    """
    operator = Tenant.objects.values_list("pk", flat=True).get(slug=OPERATOR)
    return append(operator, actor=actor, action=action, object=object, payload=payload, at=at)


def append_all_to_installation(facts: Sequence[Fact], *, actor: Actor, at: datetime | None = None) -> list[AuditEntry]:
    operator = Tenant.objects.values_list("pk", flat=True).get(slug=OPERATOR)
    return append_all(operator, facts, actor=actor, at=at)


def verify(tenant_id: UUID) -> Verification:
    """Walk the chain from its first entry; needs the tenant in scope."""
    previous, count = GENESIS, 0
    for entry in AuditEntry.objects.filter(tenant_id=tenant_id).order_by("seq").iterator(chunk_size=2000):
        count += 1
        if reason := _fault(entry, count, previous):
            return Verification(tenant_id, count, broken_at=entry.seq, reason=reason)
        previous = bytes(entry.seal)
    return Verification(tenant_id, count)


def canonical(payload: Mapping[str, Any]) -> str:
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)


def digest(text: str, salt: bytes) -> bytes:
    return hashlib.sha256(salt + text.encode()).digest()


def seal(entry: AuditEntry) -> bytes:
    """HMAC-SHA-256 over everything but the payload itself, whose digest stands for it."""
    head = [
        str(entry.tenant_id),
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_kind,
        entry.actor_id,
        entry.actor_label,
        entry.action,
        entry.object,
        bytes(entry.payload_digest).hex(),
        bytes(entry.previous).hex(),
    ]
    return hmac.digest(settings.AIOPS_AUDIT_KEY.encode(), json.dumps(head).encode(), "sha256")


def _fault(entry: AuditEntry, expected_seq: int, previous: bytes) -> str:
    if entry.seq != expected_seq:
        return f"entry {expected_seq} is missing"
    if bytes(entry.previous) != previous:
        return "it does not follow the entry before it"
    if not hmac.compare_digest(bytes(entry.seal), seal(entry)):
        return "it was changed after it was written"
    if entry.payload is not None and digest(entry.payload, bytes(entry.salt or b"")) != bytes(entry.payload_digest):
        return "its details were changed after it was written"
    return ""


def _lock(tenant_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit:{tenant_id}"])
