"""Who may stop and lift what: the same permission for both, by the scope."""

from uuid import UUID

from killswitch.scopes import SHARED, Scope
from killswitch.standing import covers
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import NotAllowed
from tenants.scope import ALL

# Who has one of these may stop something.
CHANGES = (Permission.SWITCHES_CHANGE, Permission.SWITCHES_SHARED, Permission.SWITCHES_GLOBAL)


def permission_for(scope: str) -> Permission:
    if scope == Scope.GLOBAL:
        return Permission.SWITCHES_GLOBAL
    return Permission.SWITCHES_SHARED if scope in SHARED else Permission.SWITCHES_CHANGE


def may_change(principal: Principal, scope: str, tenant: UUID | None) -> bool:
    """`tenant`: whose it is; None of what is over everybody, which is for who is over all tenants."""
    tenants = principal.over(permission_for(scope))
    return tenants == ALL if tenant is None else covers(tenants, tenant)


def check_may_change(principal: Principal, scope: str, tenant: UUID | None) -> None:
    if not may_change(principal, scope, tenant):
        over = "over this tenant" if tenant else "over all tenants"
        what = "of everything" if scope == Scope.GLOBAL else f"of a {scope.replace('_', ' ')}"
        raise NotAllowed(f"A stop {what} needs {permission_for(scope)} {over}.")
