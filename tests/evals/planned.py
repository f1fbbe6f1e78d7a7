"""Releases that were asked for, made through the services that the product uses."""

from datetime import datetime
from typing import Any

from evals.services import planning
from prompts import services as prompts
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import Actor
from tenants.models import AuditEntry, Role
from tests.evals.factories import AT, make_run, make_suite
from tests.factories import actor_of, make_operator, make_user
from tests.prompts.factories import make_release, make_version

WHY = "The old one promises refunds."


def make_green() -> PromptVersion:
    """v2, with a green verdict against v1, which production serves."""
    live = make_version("one", suites=["welcome"])
    make_release(live)
    head = make_version("two", suites=["welcome"])
    make_run(make_suite(), head, live)
    return head


def make_person(name: str, role: Role = Role.ENGINEER) -> Actor:
    return actor_of(make_user(f"{name}@operator.example", role, make_operator()))


def ask(version: PromptVersion, *, by: Actor, at: datetime = AT, **values: Any) -> PlannedRelease:
    return planning.ask(version, **{"environment": "production", **values}, by=by, at=at)


def protect(*, role: Role = Role.ENGINEER, second_person: bool = True, by: Actor) -> None:
    prompts.protect("production", role=role, second_person=second_person, by=by, at=AT)


def served() -> str:
    release = prompts.live(prompts.find_prompt("welcome"), "production")
    return str(release.version) if release else "nothing"


def state(plan: PlannedRelease) -> str:
    return PlannedRelease.objects.get(pk=plan.pk).state


def written() -> list[str]:
    """What the audit log says of releases, oldest first."""
    rows = AuditEntry.objects.filter(action__startswith="prompt.release").order_by("seq")
    return [*rows.values_list("action", flat=True)]
