"""What a release to an environment takes, besides a verdict: who may, and whether a second person approves it."""

from datetime import datetime
from typing import Any, Final

from prompts.models import Protection
from prompts.services.finding import check_environment
from tenants import audit, principals, revisions
from tenants.actors import SYSTEM, Actor, ActorKind
from tenants.models import Revision, Role
from tenants.permissions import Permission
from tenants.refusals import Invalid
from tenants.scope import ALL

# Who may release, by the role that an environment asks for.
ROLES: Final = {Role.ENGINEER: (Role.ENGINEER, Role.ADMIN), Role.ADMIN: (Role.ADMIN,)}
# Of an environment that was not protected.
_UNSAID: Final[dict[str, Any]] = {"role": Role.ENGINEER, "second_person": False}


def protect(
    environment: str, *, role: Role | None = None, second_person: bool | None = None, by: Actor, at: datetime
) -> Protection:
    """From now on a release there takes this role, and a second person if so said. Going back takes neither.

    None: as it is; where nothing is protected yet, engineers and admins, each alone. So that of two admins who say
    different things at once, neither takes back what the other said.
    """
    check_environment(environment)
    if role is not None and role not in ROLES:
        raise Invalid("role", f"{str(role)!r} must be {' or '.join(ROLES)}.")
    # Under the lock of releases: one that is under way was asked under what held when it began.
    with revisions.changing(Revision.Name.CONFIG):
        before = protection_of(environment)
        wanted = _UNSAID | (_told(before) or {}) | _said(role, second_person)
        if before is not None and _told(before) == wanted:
            return before
        made, _ = Protection.objects.update_or_create(
            environment=environment, defaults={**wanted, "changed_at": at, "changed_by": by.label}
        )
        facts = {"before": _told(before), "after": _told(made)}
        _write("prompt.environment_protected", environment, facts, by, at)
    return made


def unprotect(environment: str, *, by: Actor, at: datetime) -> bool:
    """A release there takes the permission alone again. False: it was not protected."""
    check_environment(environment)
    with revisions.changing(Revision.Name.CONFIG):
        before = protection_of(environment)
        if before is None:
            return False
        before.delete()
        facts = {"before": _told(before), "after": None}
        _write("prompt.environment_unprotected", environment, facts, by, at)
    return True


def protection_of(environment: str) -> Protection | None:
    return Protection.objects.filter(environment=environment).first()


def may_release(by: Actor, protection: Protection | None, *, at: datetime) -> bool:
    """By what they are granted now, asked of the database: no door has to tell it, so none can tell it wrong."""
    if by.kind == ActorKind.SYSTEM:
        return by.id == SYSTEM.id
    principal = principals.of_actor(by, at=at)
    if principal is None or principal.over(Permission.PROMPTS_RELEASE) != ALL:
        return False
    roles = {grant.role for grant in principal.grants if grant.tenant is None}
    return protection is None or not roles.isdisjoint(ROLES[Role(protection.role)])


def _said(role: Role | None, second_person: bool | None) -> dict[str, Any]:
    said = {"role": role, "second_person": second_person}
    return {name: value for name, value in said.items() if value is not None}


def _told(protection: Protection | None) -> dict[str, Any] | None:
    return {"role": protection.role, "second_person": protection.second_person} if protection else None


def _write(action: str, environment: str, facts: dict[str, Any], by: Actor, at: datetime) -> None:
    audit.append_to_installation(actor=by, action=action, object=environment, payload=facts, at=at)
