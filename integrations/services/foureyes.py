"""Whoever asked for a write does not approve it, be it in person or with a key of their own."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from integrations.models import LedgerEntry
from integrations.refusals import NeedsAnother
from tenants.actors import Actor, ActorKind
from tenants.models import ApiKey, AuditEntry
from tenants.scope import ALL, scope

_NEARLY: Final = timedelta(minutes=1)


def refuse_unless_another(entry: LedgerEntry, by: Actor) -> None:
    """A service key speaks for who made it, which the audit log tells; a call key speaks for a tenant's application."""
    if entry.is_of(by):
        raise NeedsAnother("You asked for this write yourself: somebody else has to approve it.")
    if entry.asked_by_kind != ActorKind.KEY:
        return
    # The operator's keys are no tenant's rows.
    with scope(ALL):
        key = ApiKey.objects.filter(pk=entry.asked_by_id, kind=ApiKey.Kind.SERVICE).first()
        if key is None:
            return
        if by.kind == ActorKind.KEY:
            raise NeedsAnother("A service key asked for this write: a person has to approve it.")
        if _makers(key).filter(actor_kind=by.kind, actor_id=by.id).exists():
            raise NeedsAnother("The key that asked for this write is one of yours: somebody else has to approve it.")


def _makers(key: ApiKey) -> QuerySet[AuditEntry]:
    """By its name, last four characters and time: where two keys share all, neither maker approves."""
    made = (key.created_at - _NEARLY, key.created_at + _NEARLY)
    return AuditEntry.objects.filter(tenant_id=key.tenant_id, action="key.created", object=str(key), at__range=made)
