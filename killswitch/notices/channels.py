"""Add, change, remove: where people hear of stops. Addresses of webhooks and secrets are written, never read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction

from aiops.lib import addresses, uuid7
from killswitch.models import Channel, Notice
from killswitch.models.channel import seal_address, seal_secret
from tenants import audit
from tenants.actors import Actor
from tenants.models import Tenant
from tenants.refusals import Conflict, Invalid, NotAllowed
from tenants.secrets import last_four

MOST: Final = 20
MOST_ADDRESSES: Final = 10
SHORTEST_SECRET: Final = 16
_LONGEST: Final = 1000
_TOLD: Final = ("name", "news", "with_drills", "allow_private", "is_enabled")


@dataclass(frozen=True, slots=True)
class Draft:
    """A channel as it is meant to be. Without an address or a secret the one it has stays."""

    name: str
    kind: str
    address: str = ""
    # None: as it is; empty: nothing is signed.
    secret: str | None = None
    news: str = Channel.News.EVERY
    with_drills: bool = False
    allow_private: bool = False
    is_enabled: bool = True

    @classmethod
    def of(cls, channel: Channel, **changes: Any) -> Self:
        return cls(**{name: getattr(channel, name) for name in ("kind", *_TOLD)} | changes)


@transaction.atomic
def add(tenant: Tenant, draft: Draft, *, is_over_all: bool = False, by: Actor, at: datetime) -> Channel:
    """Nothing is sent to it before the first change of a stop, or a test."""
    draft = _checked(draft, tenant, is_over_all=is_over_all)
    if not draft.address:
        raise Invalid("address", "say where to.")
    row = Channel(id=uuid7.new(at), tenant=tenant, kind=draft.kind, created_at=at, changed_at=at, changed_by=by.label)
    _fill(row, draft)
    _one_at_a_time(tenant)
    if Channel.objects.of(tenant).count() >= MOST:
        raise Conflict(f"There are {MOST} channels already; remove one that nobody needs.")
    _save(row, force_insert=True)
    _record("channel.added", row, {"after": told(row)}, by=by, at=at)
    return row


@transaction.atomic
def change(
    channel: Channel,
    changes: Mapping[str, Any],
    *,
    expected: int | None = None,
    is_over_all: bool = False,
    by: Actor,
    at: datetime,
) -> Channel:
    """Change these fields and no others. A change since the version `expected`, which was seen, is a conflict."""
    row = _locked(channel)
    if expected is not None and row.version != expected:
        when = f"{row.changed_at:%-d %b %H:%M:%S} UTC"
        raise Conflict(f"{row.changed_by} changed this channel at {when}. Look at it again, then change it.")
    draft, before = Draft.of(row, **changes), told(row)
    is_moved = bool(draft.address) or draft.allow_private != row.allow_private
    draft = _checked(draft, row.tenant, is_over_all=is_over_all or not is_moved)
    if not draft.address and draft.allow_private != row.allow_private:
        _check_address(replace(draft, address=row.opened_address()))
    _fill(row, draft)
    if before == told(row) and not draft.address and draft.secret is None:
        return row
    row.version, row.changed_at, row.changed_by = row.version + 1, at, by.label
    given = {name: "…" for name in ("address", "secret") if getattr(draft, name)}
    facts = {"before": before, "after": told(row), **({"given": given} if given else {})}
    _save(row)
    _record("channel.changed", row, facts, by=by, at=at)
    return row


@transaction.atomic
def remove(channel: Channel, *, by: Actor, at: datetime) -> None:
    """What waits for it is not sent any more; that it was there stays in the audit chain."""
    row = _locked(channel)
    Notice.objects.filter(channel=row.pk).delete()
    _record("channel.removed", row, {"before": told(row)}, by=by, at=at)
    row.delete()


def _one_at_a_time(tenant: Tenant) -> None:
    """Two who add at once would both find room for one more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"channels:{tenant.pk}"])


def _locked(channel: Channel) -> Channel:
    """No stop waits for this lock: notices have no constraint on their channel."""
    row = Channel.objects.select_for_update(of=("self",)).select_related("tenant").filter(pk=channel.pk).first()
    if row is None:
        raise Conflict("Somebody removed this channel a moment ago.")
    return row


def told(row: Channel) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in _TOLD}
    return {"kind": row.kind, "address": row.address, "signed": row.is_signed, **shown}


def _checked(draft: Draft, tenant: Tenant, *, is_over_all: bool) -> Draft:
    draft = replace(draft, name=draft.name.strip(), address=draft.address.strip())
    if not 0 < len(draft.name) <= 100 or not draft.name.isprintable():
        raise Invalid("name", "it must have 1 to 100 characters, in one line.")
    _check_word("kind", draft.kind, Channel.Kind)
    _check_word("news", draft.news, Channel.News)
    if draft.news == Channel.News.SHARED and not tenant.is_operator:
        raise Invalid("news", "stops over everybody are told on the operator’s own channels only.")
    if draft.allow_private and not is_over_all:
        raise NotAllowed(
            "allow_private leads into the operator’s own network; only who is over all tenants may set it."
        )
    _check_secret(draft)
    return _check_address(draft) if draft.address else draft


def _check_word(field: str, value: str, words: Any) -> None:
    if value not in words:
        raise Invalid(field, f"{value!r} is not allowed; {', '.join(words)} are.")


def _check_secret(draft: Draft) -> None:
    if draft.kind == Channel.Kind.EMAIL and (draft.secret or draft.allow_private):
        raise Invalid("secret" if draft.secret else "allow_private", "it goes with webhooks only.")
    if draft.secret and (not SHORTEST_SECRET <= len(draft.secret) <= 200 or not draft.secret.isprintable()):
        raise Invalid("secret", f"it must have {SHORTEST_SECRET} to 200 characters, in one line.")


def _check_address(draft: Draft) -> Draft:
    if len(draft.address) > _LONGEST:
        raise Invalid("address", f"it has {len(draft.address)} characters; at most {_LONGEST} are kept.")
    if draft.kind == Channel.Kind.EMAIL:
        return replace(draft, address=" ".join(_people(draft.address)))
    # Some receivers keep their key in the query.
    if (fault := addresses.fault_of(draft.address.partition("?")[0], allow_private=draft.allow_private)) is not None:
        raise Invalid("address", fault)
    if not draft.address.isascii() or not draft.address.isprintable() or " " in draft.address or "#" in draft.address:
        raise Invalid("address", "it must be an address as a browser shows it, without spaces or a #.")
    return draft


def _people(text: str) -> list[str]:
    people = list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
    for each in people:
        try:
            validate_email(each)
        except ValidationError:
            raise Invalid("address", f"{each!r} is not an e-mail address.") from None
        if not each.isascii():
            raise Invalid("address", f"{each!r} has letters that mail servers do not take.")
    if len(people) > MOST_ADDRESSES:
        raise Invalid("address", f"these are {len(people)} people; at most {MOST_ADDRESSES} go into one channel.")
    return people


def _fill(row: Channel, draft: Draft) -> None:
    for name in _TOLD:
        setattr(row, name, getattr(draft, name))
    if draft.address:
        row.address_sealed = seal_address(row.tenant_id, row.pk, draft.address)
        row.address = draft.address if draft.kind == Channel.Kind.EMAIL else _masked(draft.address)
    if draft.secret is not None:
        row.secret_sealed = seal_secret(row.tenant_id, row.pk, draft.secret) if draft.secret else b""


def _masked(url: str) -> str:
    """Its server, and how it ends: who knows all of it may post to it."""
    path = urlsplit(url).path.strip("/")
    return f"{addresses.origin_of(url)}/{f'…{last_four(path)}' if path else ''}"


def _save(row: Channel, **options: Any) -> None:
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError:
        raise Conflict(f"There is a channel called {row.name} already.") from None


def _record(action: str, row: Channel, facts: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    payload = {**facts, "channel": str(row.pk)}
    audit.append(row.tenant_id, actor=by, action=action, object=row.name, payload=payload, at=at)
