"""Whoever asked for a write does not approve it, be it in person or with a key of their own."""

from integrations.models import LedgerEntry
from integrations.refusals import NeedsAnother
from tenants.actors import Actor, ActorKind
from tenants.makers import makers
from tenants.models import ApiKey
from tenants.scope import ALL, scope


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
        if makers(key).filter(actor_kind=by.kind, actor_id=by.id).exists():
            raise NeedsAnother("The key that asked for this write is one of yours: somebody else has to approve it.")
