"""The audit log as a tenant's own people read it: what the operator did to their stops, not who, nor the notes."""

import json
from typing import Final

from django.db.models import Q

from tenants import audit
from tenants.models import AuditEntry

_OPERATOR: Final = "the operator"
_OF_STOPS: Final = "stop."
_BY_THEIRS: Final = '"by_operator":false'


def veiled(entry: AuditEntry, *, is_over_all: bool) -> AuditEntry:
    """To be shown, never to be saved. Its seal stays that of the whole entry."""
    if is_over_all or not entry.action.startswith(_OF_STOPS) or _BY_THEIRS in (entry.payload or ""):
        return entry
    entry.actor_id, entry.actor_label = "", _OPERATOR
    if entry.payload is not None:
        facts = json.loads(entry.payload)
        entry.payload = audit.canonical({name: value for name, value in facts.items() if name != "note"})
    return entry


def saying(text: str, *, is_over_all: bool) -> Q:
    """Nobody finds by what they are not shown."""
    inside = Q(actor_label__icontains=text) | Q(payload__icontains=text)
    if not is_over_all:
        inside &= ~Q(action__startswith=_OF_STOPS) | Q(payload__contains=_BY_THEIRS)
    return Q(object__icontains=text) | inside
