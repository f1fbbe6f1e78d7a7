"""Who stands behind a service key: whoever made it, which the audit log tells."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from tenants.actors import Actor, ActorKind
from tenants.models import ApiKey, AuditEntry
from tenants.scope import ALL, scope

_NEARLY: Final = timedelta(minutes=1)

type Who = tuple[str, str]


def makers(key: ApiKey) -> QuerySet[AuditEntry]:
    """By its name, last four characters and time: where two keys share all, either maker is one."""
    made = (key.created_at - _NEARLY, key.created_at + _NEARLY)
    return AuditEntry.objects.filter(tenant_id=key.tenant_id, action="key.created", object=str(key), at__range=made)


def behind(kind: str, id: str) -> frozenset[Who]:
    """Somebody's kind and id; of a key also those of whoever made it, as far as it is known."""
    if kind != ActorKind.KEY:
        return frozenset({(kind, id)})
    found: set[Who] = set()
    ahead: set[Who] = {(kind, id)}
    with scope(ALL):
        while ahead:
            found |= ahead
            keys = ApiKey.objects.filter(pk__in=[each for kind, each in ahead if kind == ActorKind.KEY])
            made = {each for key in keys for each in makers(key).values_list("actor_kind", "actor_id")}
            # What the console itself made is nobody's.
            ahead = {each for each in made if each[0] != ActorKind.SYSTEM} - found
    return frozenset(found)


def is_another_person(by: Actor, *, than: Who) -> bool:
    """On the careful side: a key of which nobody is known to have made it may be anybody's."""
    mine = behind(by.kind, by.id)
    return any(kind == ActorKind.USER for kind, _ in mine) and not mine & behind(*than)
