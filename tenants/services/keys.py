import re
from dataclasses import dataclass
from datetime import datetime

from tenants import audit, keys, push, revisions
from tenants.actors import Actor
from tenants.models import ApiKey, Feature, Revision, Role, Tenant
from tenants.refusals import Invalid

_ENVIRONMENT = re.compile(r"[a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """`text` is shown this once; only its hash is kept."""

    key: ApiKey
    text: str


def create_key(
    tenant: Tenant,
    *,
    name: str,
    environment: str = "production",
    feature: Feature | None = None,
    role: Role | None = None,
    expires_at: datetime | None = None,
    text: str | None = None,
    by: Actor,
) -> NewKey:
    """A key for the gateway, or, with a role, for the console's API. `text` brings a key that was minted before."""
    if not _ENVIRONMENT.fullmatch(environment):
        raise Invalid("environment", f"{environment!r} must be lower-case letters, digits and hyphens, at most 30.")
    minted = keys.parse(text) if text else keys.mint(environment)
    if minted is None:
        raise Invalid("text", "this is not the text of a key; its checksum does not fit.")
    with revisions.changing(Revision.Name.CONFIG):
        key = ApiKey.objects.create(
            id=minted.id,
            tenant=tenant,
            kind=ApiKey.Kind.SERVICE if role else ApiKey.Kind.CALL,
            name=name,
            environment=minted.environment,
            feature=feature,
            role=role or "",
            secret_hash=minted.secret_hash,
            last_four=minted.last_four,
            expires_at=expires_at,
        )
        facts = {
            "kind": key.kind,
            "environment": key.environment,
            "role": key.role,
            "feature": feature and feature.slug,
        }
        audit.append(tenant.pk, actor=by, action="key.created", object=str(key), payload=facts)
        push.after_commit(Revision.Name.CONFIG)
    return NewKey(key, str(minted))


def revoke_key(key: ApiKey, *, by: Actor, at: datetime) -> bool:
    """Refused by every gateway within the revision's bound. False if it was revoked before."""
    with revisions.changing(Revision.Name.CONFIG):
        won = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)
        if won:
            audit.append(key.tenant_id, actor=by, action="key.revoked", object=str(key), payload={}, at=at)
            push.after_commit(Revision.Name.CONFIG)
    return bool(won)
