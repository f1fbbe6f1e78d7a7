"""Who is asking, and over which tenants they may do what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, override
from uuid import UUID

from tenants.actors import Actor, ActorKind
from tenants.models import OPERATOR, ApiKey, Membership, Role, User
from tenants.permissions import ALLOWED, TENANT_ROLES, Permission
from tenants.scope import ALL, Tenants, scope

_CALLERS: Final = frozenset({Permission.ACTIONS_RUN, Permission.CONNECTIONS_READ})


@dataclass(frozen=True, slots=True)
class Grant:
    role: Role
    # None: over all tenants.
    tenant: UUID | None

    def allows(self, permission: Permission) -> bool:
        if self.tenant is None and self.role in TENANT_ROLES:
            return False
        return permission in ALLOWED[self.role]


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody, or a service key, with what they were granted."""

    actor: Actor
    grants: tuple[Grant, ...]

    def may(self, permission: Permission) -> bool:
        return any(grant.allows(permission) for grant in self.grants)

    def over(self, *permissions: Permission) -> Tenants:
        """The tenants on which one of these is allowed; empty when on none."""
        allowing = [grant.tenant for grant in self.grants if any(map(grant.allows, permissions))]
        if None in allowing:
            return ALL
        return frozenset(tenant for tenant in allowing if tenant is not None)

    @property
    def is_staff(self) -> bool:
        """Of the operator's people: granted a role over all tenants."""
        return any(grant.tenant is None for grant in self.grants)

    @property
    def main_role(self) -> Role | None:
        """The role that chooses the home page: the widest one."""
        widest = sorted(self.grants, key=lambda grant: (grant.tenant is not None, list(Role).index(grant.role)))
        return widest[0].role if widest else None


@dataclass(frozen=True, slots=True)
class Caller(Principal):
    """A tenant's own application, by its call key: it may run that tenant's actions, and see what there is to run."""

    tenant: UUID

    @override
    def may(self, permission: Permission) -> bool:
        return permission in _CALLERS

    @override
    def over(self, *permissions: Permission) -> Tenants:
        return frozenset({self.tenant}) if any(map(self.may, permissions)) else frozenset()


def of_user(user: User) -> Principal:
    with scope(ALL):
        memberships = list(Membership.objects.filter(user=user).select_related("tenant"))
    grants = tuple(
        Grant(Role(membership.role), None if membership.tenant.slug == OPERATOR else membership.tenant_id)
        for membership in memberships
    )
    return _of(ActorKind.USER, str(user.pk), str(user), grants)


def of_key(key: ApiKey) -> Principal:
    """A service key: its role, over all tenants when it is the operator's (`key.tenant` must be loaded)."""
    tenant = None if key.tenant.slug == OPERATOR else key.tenant_id
    return _of(ActorKind.KEY, key.pk, key.name, (Grant(Role(key.role), tenant),))


def of_call_key(key: ApiKey) -> Caller:
    return Caller(Actor(ActorKind.KEY, key.pk, key.name, is_over_all=False), (), key.tenant_id)


def of_actor(actor: Actor, *, at: datetime) -> Principal | None:
    """Somebody who did something before, with what they are granted now; None: deactivated, revoked, or the console."""
    with scope(ALL):
        if actor.kind == ActorKind.USER:
            user = User.objects.filter(pk=UUID(actor.id), is_active=True).first()
            return of_user(user) if user else None
        keys = ApiKey.objects.live(at=at).select_related("tenant").filter(kind=ApiKey.Kind.SERVICE)
        key = keys.filter(pk=actor.id).first() if actor.kind == ActorKind.KEY else None
        return of_key(key) if key else None


def _of(kind: ActorKind, pk: str, label: str, grants: tuple[Grant, ...]) -> Principal:
    is_over_all = any(grant.tenant is None and grant.allows(Permission.SWITCHES_CHANGE) for grant in grants)
    return Principal(Actor(kind, pk, label, is_over_all), grants)
