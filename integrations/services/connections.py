"""Connect, change, disconnect: what a connection says, and never its key."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from django.db import IntegrityError, transaction

from aiops.lib import addresses, uuid7
from integrations.contract import System
from integrations.faults import Health
from integrations.models import Connection
from integrations.models.connection import seal
from integrations.registry import SYSTEMS
from tenants import audit
from tenants.actors import Actor
from tenants.lookups import near
from tenants.models import Tenant
from tenants.refusals import Conflict, Invalid, NotAllowed
from tenants.secrets import last_four
from tenants.services.tenants import check_slug

_TOLD: Final = (
    "name", "system", "address", "allow_private", "settings", "acts_as", "environment", "writes", "is_enabled"
)  # fmt: skip
# What the last test found holds no longer when one of these is another.
_TESTED: Final = ("system", "address", "allow_private", "settings", "acts_as")
_LONGEST: Final = {"name": 200, "address": 500, "acts_as": 200, "environment": 30}
_LONGEST_KEY: Final = 4000


@dataclass(frozen=True, slots=True)
class Draft:
    """A connection as it is meant to be. Without a key the one it has stays, unless it would go to another server."""

    name: str
    system: str
    address: str
    acts_as: str
    settings: Mapping[str, str]
    allow_private: bool = False
    environment: str = "production"
    writes: str = Connection.Writes.APPROVE
    is_enabled: bool = True
    key: str | None = None

    @classmethod
    def of(cls, connection: Connection, **changes: Any) -> Self:
        return cls(**{name: getattr(connection, name) for name in _TOLD} | changes)


def connect(
    tenant: Tenant, slug: str, draft: Draft, *, is_over_all: bool = False, by: Actor, at: datetime
) -> Connection:
    """Make a system of the tenant's known; nothing is sent to it before the first test or action.

    Addresses of the operator's own network are for who is over all tenants to allow.
    """
    check_slug("slug", slug)
    draft = _checked(draft)
    if draft.allow_private and not is_over_all:
        raise _not_private()
    if not draft.key:
        raise Invalid("key", "a connection needs the key of the user it acts as.")
    made = Connection(id=uuid7.new(at), tenant=tenant, slug=slug, created_at=at, changed_at=at, changed_by=by.label)
    _fill(made, draft)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Conflict(f"{tenant.slug} has a connection {slug} already.") from None
    _record("connection.made", made, {"after": _told(made), "key": "…"}, by=by, at=at)
    return made


def change(
    connection: Connection,
    changes: Mapping[str, Any],
    *,
    expected: int | None = None,
    is_over_all: bool = False,
    by: Actor,
    at: datetime,
) -> Connection:
    """Change these fields and no others. A change since the version `expected`, which was seen, is a conflict."""
    row = Connection.objects.select_for_update(of=("self",)).select_related("tenant").get(pk=connection.pk)
    if expected is not None and row.version != expected:
        when = f"{row.changed_at:%-d %b %H:%M:%S} UTC"
        raise Conflict(f"{row.changed_by} changed this connection at {when}. Look at it again, then change it.")
    # Onto the row as it is now: what somebody else turned off meanwhile must not be turned on by a new name.
    draft = _checked(Draft.of(row, **changes))
    is_moved = (draft.address, draft.allow_private) != (row.address, row.allow_private)
    if draft.allow_private and is_moved and not is_over_all:
        raise _not_private()
    if not draft.key:
        _check_key_stays_home(row, draft)
    before = _told(row)
    _fill(row, draft)
    after = _told(row)
    if before == after and not draft.key:
        return row
    if draft.key or any(before[name] != after[name] for name in _TESTED):
        row.health, row.health_says, row.checked_at = Health.UNKNOWN, "", None
    row.version, row.changed_at, row.changed_by = row.version + 1, at, by.label
    row.save()
    changed = [name for name in _TOLD if before[name] != after[name]]
    facts: dict[str, Any] = {
        "before": {name: before[name] for name in changed},
        "after": {name: after[name] for name in changed},
    }
    _record("connection.changed", row, facts | ({"key": "…"} if draft.key else {}), by=by, at=at)
    return row


def disconnect(connection: Connection, *, by: Actor, at: datetime) -> Connection:
    """Nothing goes through it from now on; its ledger stays, and it can be turned on again."""
    return change(connection, {"is_enabled": False}, by=by, at=at)


def _checked(draft: Draft) -> Draft:
    system = SYSTEMS.get(draft.system)
    if system is None:
        raise Invalid("system", f"there is no system {draft.system!r}.{near(draft.system, SYSTEMS)}")
    for name, longest in _LONGEST.items():
        if not 0 < len(getattr(draft, name).strip()) <= longest:
            raise Invalid(name, f"it must have 1 to {longest} characters.")
    if draft.writes not in Connection.Writes:
        raise Invalid("writes", f"{draft.writes!r} is not allowed; {', '.join(Connection.Writes)} are.")
    if (fault := addresses.fault_of(draft.address, allow_private=draft.allow_private)) is not None:
        raise Invalid("address", fault)
    if draft.key and (len(draft.key) > _LONGEST_KEY or not draft.key.isascii() or not draft.key.isprintable()):
        raise Invalid("key", f"it must be printable ASCII of at most {_LONGEST_KEY} characters.")
    return replace(draft, address=draft.address.rstrip("/"), settings=_settings(system, draft.settings))


def _settings(system: System, given: Mapping[str, str]) -> dict[str, str]:
    known = {setting.name for setting in system.settings}
    if unknown := sorted(set(given) - known):
        raise Invalid("settings", f"{system.name} knows no {unknown[0]!r}.{near(unknown[0], known)}")
    for setting in system.settings:
        value = given.get(setting.name, "")
        if not isinstance(value, str) or len(value) > 200 or (setting.is_required and not value.strip()):
            raise Invalid(f"settings.{setting.name}", f"{system.name} needs it, as a text of 1 to 200 characters.")
    return {name: value.strip() for name, value in given.items()}


def _not_private() -> NotAllowed:
    return NotAllowed("allow_private leads into the operator's own network; only who is over all tenants may set it.")


def _check_key_stays_home(row: Connection, draft: Draft) -> None:
    """A key can be written, never read: it must not be read by sending it elsewhere."""
    home, there = addresses.origin_of(row.address), addresses.origin_of(draft.address)
    if home != there:
        raise Invalid("key", f"the key was given for {home}; give it again to send it to {there}.")


def _fill(row: Connection, draft: Draft) -> None:
    for name in _TOLD:
        value = getattr(draft, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    if draft.key:
        row.key_sealed, row.key_last_four = seal(row.tenant_id, row.pk, draft.key), last_four(draft.key)


def _told(row: Connection) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _TOLD}


def _record(action: str, row: Connection, facts: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    payload = {**facts, "connection": str(row.pk), "slug": row.slug}
    audit.append(row.tenant_id, actor=by, action=action, object=row.name, payload=payload, at=at)
