"""Somebody gives their word for an item, and takes it back."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from gateway.models import Provider
from readiness.items import Item
from readiness.models import Attestation
from readiness.refusals import NotAttested, NotYours
from readiness.standing import features
from tenants import audit
from tenants.actors import Actor
from tenants.lookups import near
from tenants.models import Feature, Role
from tenants.principals import Principal
from tenants.refusals import Invalid

# So many characters say something, at least.
LEAST_WORDS: Final = 10
MOST_WORDS: Final = 2000
LONGEST_URL: Final = 500
MOST_PROVIDERS: Final = 100
_ADDRESS: Final = re.compile(r"https?://[^\s/?#\\]+\.?[^\s]*", re.ASCII)


def attest(
    item: Item,
    *,
    feature: Feature | None = None,
    document_url: str,
    statement: str,
    providers: Sequence[str] = (),
    expires_on: date,
    by: Principal,
    at: datetime,
) -> Attestation:
    """Give one's word, with a document; of all features unless one is named. A renewal is a new attestation."""
    role = role_for(item, by)
    if feature is not None and feature not in features():
        raise Invalid("feature", f"{feature.slug} is the console's own, of eval runs; readiness is not asked of it.")
    _check(item, document_url, statement, expires_on, at.date())
    with transaction.atomic():
        made = Attestation.objects.create(
            item=item.number,
            feature=feature,
            document_url=document_url,
            statement=statement.strip(),
            providers=_providers(item, providers),
            by_kind=by.actor.kind,
            by_id=by.actor.id,
            by_label=by.actor.label,
            role=role,
            at=at,
            expires_on=expires_on,
        )
        write(by.actor, "readiness.attested", item, feature, _facts(made), at)
    return made


def withdraw(attestation: Attestation, item: Item, *, by: Actor, at: datetime) -> bool:
    """It counts no more, and none before it comes back. False if it was withdrawn already."""
    with transaction.atomic():
        standing = Attestation.objects.filter(pk=attestation.pk, withdrawn_at=None)
        won = standing.update(withdrawn_at=at, withdrawn_by=by.label)
        if won:
            write(by, "readiness.withdrawn", item, attestation.feature, _facts(attestation), at)
    return bool(won)


def role_for(item: Item, principal: Principal) -> Role:
    """In which of their roles they may give their word for it; only one over all tenants counts."""
    if not item.is_attested:
        raise NotAttested("item", f"{item.number} is asked of the data; nobody's word counts for it.")
    held = [grant.role for grant in principal.grants if grant.tenant is None]
    found = next((role for role in held if role in item.attesters), None)
    if found is None:
        own = " and ".join(held) or "none of the operator's"
        raise NotYours(f"Item {item.number} takes the word of {item.attesters_told}; your role is {own}.")
    return found


def write(by: Actor, action: str, item: Item, feature: Feature | None, facts: dict[str, Any], at: datetime) -> None:
    """The audit row of every change here, in the caller's transaction."""
    named = f"{item.number} {feature.slug if feature else 'all features'}"
    payload = {"item": item.number, "title": item.title, "feature": feature.slug if feature else None, **facts}
    audit.append_to_installation(actor=by, action=action, object=named, payload=payload, at=at)


def check_words(field: str, text: str) -> None:
    if not LEAST_WORDS <= len(text.strip()) <= MOST_WORDS:
        raise Invalid(field, f"say it in {LEAST_WORDS} to {MOST_WORDS:,} characters: it is kept in the audit log.")


def check_end(expires_on: date, today: date, last: date, why: str) -> None:
    if expires_on <= today:
        raise Invalid("expires_on", f"{expires_on} is not after today.")
    if expires_on > last:
        raise Invalid("expires_on", f"{last} is the last day: {why}.")


def _check(item: Item, document_url: str, statement: str, expires_on: date, today: date) -> None:
    if len(document_url) > LONGEST_URL or not _ADDRESS.fullmatch(document_url):
        raise Invalid("document_url", f"give an https:// address of at most {LONGEST_URL} characters.")
    check_words("statement", statement)
    if item.fresh is not None:
        check_end(expires_on, today, today + item.fresh, f"item {item.number} is reviewed every {item.fresh.days} days")


def _providers(item: Item, named: Sequence[str]) -> list[str]:
    if not item.names_providers:
        if named:
            raise Invalid("providers", f"item {item.number} covers no providers; leave them out.")
        return []
    found = sorted(set(named))
    known = set(Provider.objects.values_list("slug", flat=True))
    if unknown := [each for each in found if each not in known]:
        raise Invalid("providers", f"there is no provider {unknown[0][:63]!r}.{near(unknown[0][:63], sorted(known))}")
    if not found:
        raise Invalid("providers", "name those that the document covers.")
    return found


def _facts(made: Attestation) -> dict[str, Any]:
    return {
        "attestation": str(made.pk),
        "document": made.document_url,
        "statement": made.statement,
        "providers": list(made.providers),
        "role": made.role,
        "expires_on": made.expires_on.isoformat(),
    }
