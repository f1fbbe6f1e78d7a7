"""Who may let a version go live alone, and who may approve what somebody else asked for."""

from datetime import datetime
from typing import Final

from prompts import services as prompts
from prompts.models import PromptVersion, Protection
from tenants.actors import Actor, ActorKind
from tenants.makers import behind, is_another_person
from tenants.models import Role
from tenants.refusals import NotAllowed

_HOW: Final = "Ask for it, `aiops prompts release … --ask` or `ask` in the API, and {who} approves it."
_ANYBODY: Final = "somebody else"


class NeedsSecondPerson(NotAllowed):
    """One alone may not: the words say how to ask."""

    code = "needs_second_person"


class NeedsKnownPerson(NeedsSecondPerson):
    """Two people who are known: nobody can tell that whoever asks is not whoever approves."""

    code = "needs_known_person"


class NotThisRole(NotAllowed):
    """Released to by others: the words say by whom, and how to ask."""

    code = "needs_role"

    def __init__(self, detail: str, *, who: str) -> None:
        super().__init__(detail)
        # Who may: `admins`.
        self.who = who


def refused_alone(
    version: PromptVersion, environment: str, *, unproven: bool, by: Actor, at: datetime
) -> NotAllowed | None:
    """Why they may not release it there by themselves; None: they may. `unproven`: it has no green verdict."""
    protection = prompts.protection_of(environment)
    who = _approvers(protection)
    if protection is not None and protection.second_person and not _is_somebodys(by):
        return _nobodys(by, environment)
    if protection is not None and protection.second_person:
        return NeedsSecondPerson(f"{environment} takes a second person. {_HOW.format(who=who)}")
    if protection is not None and not prompts.may_release(by, protection, at=at):
        they = _plural(protection)
        return NotThisRole(f"Only {they} release to {environment}. {_HOW.format(who=who)}", who=they)
    if unproven and needs_another(version, by):
        why = "Whoever pushed a version cannot also let it go live unproven: a second person has to."
        return NeedsSecondPerson(f"{why} {_HOW.format(who=who)}")
    return None


def needs_another(version: PromptVersion, by: Actor) -> bool:
    """A person who pushed a version cannot also let it go live unproven, nor by a key that they made.

    A key of which nobody is known to have made it, as the installation's own, is nobody's: the audit log says so.
    """
    whose = behind(by.kind, by.id)
    return _is_somebodys(by) and bool(whose & behind(version.pushed_by_kind, version.pushed_by_id))


def check_approver(environment: str, *, asker: Actor, approver: Actor, at: datetime) -> None:
    """Raises NeedsSecondPerson if they may be the same person, and NotThisRole if others approve there."""
    if not _is_somebodys(approver):
        raise NeedsSecondPerson(f"{approver.label} is nobody's that is known: a person approves a release.")
    if not is_another_person(approver, than=(asker.kind, asker.id)):
        raise NeedsSecondPerson(f"{asker.label} asked for this release: a second person approves it.")
    protection = prompts.protection_of(environment)
    if protection is not None and protection.second_person and not _is_somebodys(asker):
        raise _nobodys(asker, environment)
    if not prompts.may_release(approver, protection, at=at):
        who = _plural(protection) if protection else "engineers and admins"
        raise NotThisRole(f"Only {who} approve a release to {environment}, and {approver.label} is none.", who=who)


def told_of_second(version: PromptVersion, by: Actor, approver: Actor | None) -> str:
    """Who the second person of an override is, for the audit log."""
    if approver is not None:
        return f"approved by {approver.label}"
    if not _is_somebodys(by):
        return f"none: nobody is known behind {by.label}"
    if not _is_a_person(version.pushed_by_kind, version.pushed_by_id):
        return f"none that is known: nobody is known behind {version.pushed_by}, which pushed it"
    return "not whoever pushed it"


def _nobodys(asker: Actor, environment: str) -> NeedsKnownPerson:
    return NeedsKnownPerson(
        f"{environment} takes two people who are known, and {asker.label} is nobody's that is known: whoever approves "
        "may be whoever asks. Ask in person, or with a key that you made."
    )


def _is_somebodys(by: Actor) -> bool:
    return _is_a_person(by.kind, by.id)


def _is_a_person(kind: str, pk: str) -> bool:
    return any(each == ActorKind.USER for each, _ in behind(kind, pk))


def _approvers(protection: Protection | None) -> str:
    return "another admin" if protection is not None and protection.role == Role.ADMIN else _ANYBODY


def _plural(protection: Protection) -> str:
    return "admins" if protection.role == Role.ADMIN else "engineers and admins"
