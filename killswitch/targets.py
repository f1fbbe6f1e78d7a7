"""What a stop stops, by name: made by the doors, which know where things are kept."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from killswitch import scopes
from killswitch.scopes import Scope
from tenants.models import Feature, Tenant


def wider_keys(scope: str, tenant: Tenant | None, feature: Feature | None) -> list[str]:
    """What stops it whatever its own switch says."""
    found = [scopes.EVERYTHING] if scope != Scope.GLOBAL else []
    if tenant and scope != Scope.TENANT:
        found.append(scopes.tenant_key(tenant.pk))
    if tenant and feature:
        found.append(scopes.feature_key(feature.pk))
    return found


@dataclass(frozen=True, slots=True)
class Target:
    """`key` is what the guard probes; `subject` the name of what is neither a tenant nor a feature."""

    scope: Scope
    key: str
    # How people call it, also when it is no more.
    label: str
    tenant: Tenant | None = None
    feature: Feature | None = None
    subject: str = ""

    @classmethod
    def everything(cls) -> Self:
        return cls(Scope.GLOBAL, scopes.EVERYTHING, "everyone")

    @classmethod
    def of(cls, tenant: Tenant, feature: Feature | None = None) -> Self:
        """A tenant, or one feature of it."""
        if feature is None:
            return cls(Scope.TENANT, scopes.tenant_key(tenant.pk), tenant.name, tenant)
        key = scopes.tenant_feature_key(tenant.pk, feature.pk)
        return cls(Scope.TENANT_FEATURE, key, f"{feature.name} of {tenant.name}", tenant, feature)

    @classmethod
    def feature_of_all(cls, feature: Feature) -> Self:
        return cls(Scope.FEATURE, scopes.feature_key(feature.pk), f"{feature.name} of everyone", feature=feature)

    @classmethod
    def provider(cls, slug: str, name: str) -> Self:
        return cls(Scope.PROVIDER, scopes.provider_key(slug), name, subject=slug)

    @classmethod
    def model(cls, slug: str) -> Self:
        return cls(Scope.MODEL, scopes.model_key(slug), slug, subject=slug)

    @classmethod
    def prompt_version(cls, version: UUID, name: str) -> Self:
        """`name`: `helpdesk v17`."""
        return cls(Scope.PROMPT_VERSION, scopes.prompt_version_key(version), name, subject=name.replace(" ", "@"))

    @classmethod
    def connection(cls, tenant: Tenant, connection: UUID, slug: str, name: str) -> Self:
        key = scopes.connection_key(connection)
        return cls(Scope.CONNECTION, key, f"{name} of {tenant.name}", tenant, subject=slug)

    @classmethod
    def user(cls, tenant: Tenant, user: UUID) -> Self:
        """Whose id is kept nowhere in it: whoever may see it looks it up by the key."""
        label = f"one person of {tenant.name}"
        return cls(Scope.USER, scopes.user_key(tenant.pk, user), label, tenant, subject=str(user))
