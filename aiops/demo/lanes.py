"""Who is served what in the demo: canaries, a tenant's own version, plans, and a prompt that was given up."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction

from aiops.demo import repository
from aiops.demo.happening import Event, asked_of_all
from aiops.demo.staff import Ensured
from aiops.demo.trials import (
    ENDED,
    GIVEN_UP,
    ON_PREMISES,
    OWN,
    PLANS,
    PROTECTED,
    TRIALS,
    PlayedEnd,
    PlayedOwn,
    PlayedPlan,
    PlayedTrial,
)
from evals import services as evals
from evals.services import planning
from prompts import services as prompts
from prompts.models import PlannedRelease, Prompt, Release
from prompts.services import PRODUCTION
from tenants.actors import Actor
from tenants.models import Role, Tenant
from tenants.scope import ALL, scope

# Whoever approves looks at it first.
_LOOKED_AT: Final = timedelta(minutes=20)


def lane_events(staff: Ensured, until: datetime) -> Iterator[Event]:
    yield Event(PROTECTED.since(until), partial(_protect, staff, until), asked_of_all(_is_protected))
    yield Event(GIVEN_UP.since(until), partial(_give_up, staff, until), asked_of_all(_is_given_up))
    yield Event(OWN.since(until), partial(_give_its_own, OWN, staff, until), _was_made(OWN.since(until)))
    for trial in TRIALS:
        yield Event(trial.since(until), partial(_try_out, trial, staff, until), _was_made(trial.since(until)))
    yield Event(ENDED.since(until), partial(_end, ENDED, staff, until), _was_made(ENDED.since(until)))


def plan_releases(*, engineer: Actor, admin: Actor, until: datetime) -> None:
    """Safe to repeat. Needs all tenants in scope."""
    for plan in PLANS:
        if not PlannedRelease.objects.filter(asked_at=plan.since(until)).exists():
            _plan(plan, engineer, admin, until)


def _protect(staff: Ensured, until: datetime) -> None:
    admin = staff.actor(Role.ADMIN)
    with scope(ALL):
        prompts.protect(ON_PREMISES, role=Role.ENGINEER, second_person=True, by=admin, at=PROTECTED.since(until))


def _is_protected() -> bool:
    return prompts.protection_of(ON_PREMISES) is not None


def _give_up(staff: Ensured, until: datetime) -> None:
    """The repository is pushed without it. What is served of it goes on."""
    engineer = staff.actor(Role.ENGINEER)
    with scope(ALL):
        repository.push_all(GIVEN_UP, by=engineer, until=until)


def _is_given_up() -> bool:
    return Prompt.objects.filter(name=GIVEN_UP.name, orphaned_at__isnull=False).exists()


def _give_its_own(played: PlayedOwn, staff: Ensured, until: datetime) -> None:
    admin = staff.actor(Role.ADMIN)
    with scope(ALL):
        version = prompts.find_version(prompts.find_prompt(played.prompt), f"v{played.number}")
        tenant, at = Tenant.objects.get(slug=played.tenant), played.since(until)
        evals.promote(version, environment=PRODUCTION, tenant=tenant, override=played.why, by=admin, at=at)


def _try_out(played: PlayedTrial, staff: Ensured, until: datetime) -> None:
    engineer, admin = staff.actor(Role.ENGINEER), staff.actor(Role.ADMIN)
    at = played.since(until)
    with scope(ALL), transaction.atomic():
        asked = planning.ask(
            repository.push_change(played.change, engineer, until),
            environment=PRODUCTION,
            percent=played.percent,
            note=played.note,
            override=played.why,
            by=engineer,
            at=at - _LOOKED_AT,
        )
        planning.approve(asked, by=admin, at=at)


def _end(played: PlayedEnd, staff: Ensured, until: datetime) -> None:
    engineer = staff.actor(Role.ENGINEER)
    with scope(ALL):
        prompt = prompts.find_prompt(played.trial.change.prompt)
        prompts.roll_back(prompt, environment=PRODUCTION, note=played.why, by=engineer, at=played.since(until))


@transaction.atomic
def _plan(played: PlayedPlan, engineer: Actor, admin: Actor, until: datetime) -> None:
    at = played.since(until)
    asked = planning.ask(
        repository.push_change(played.change, engineer, until),
        environment=played.environment,
        note=played.note,
        override=played.why,
        due_at=played.due_at(until),
        by=engineer,
        at=at,
    )
    if played.on_monday:
        planning.approve(asked, by=admin, at=at)


def _was_made(at: datetime) -> Callable[[], bool]:
    return asked_of_all(Release.objects.filter(made_at=at).exists)
