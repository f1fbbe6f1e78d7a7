"""Ask for a release that cannot, or need not, be made at once."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction

from evals.services.planning.finding import open_plan
from evals.services.planning.writing import write
from evals.services.promoting import lacking
from evals.services.seconding import NeedsKnownPerson, refused_alone
from prompts import services as prompts
from prompts.models import EVERYBODY, PlannedRelease, PromptVersion
from tenants.actors import Actor
from tenants.models import Tenant
from tenants.refusals import Conflict, Invalid

# What lies further ahead is a slip of the pen.
LONGEST_AHEAD: Final = timedelta(days=90)


class WaitsAlready(Conflict):
    """Only one waits for a prompt, an environment and a tenant: `first` does."""

    def __init__(self, first: PlannedRelease) -> None:
        state = "waits for a second person" if first.state == PlannedRelease.State.WAITING else "is scheduled"
        super().__init__(
            f"{first.asked_by_label} asked for {first.prompt} {first.version} in {first.where} already: it {state}. "
            f"`aiops prompts cancel {first.pk}` makes way."
        )
        self.first = first


def ask(
    version: PromptVersion,
    *,
    environment: str,
    tenant: Tenant | None = None,
    percent: int = EVERYBODY,
    note: str = "",
    override: str = "",
    due_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> PlannedRelease:
    """It waits for whoever approves it if `by` may not release it alone, and for `due_at` if given.

    What stands against it now is refused now: no verdict and no reason, a time that is past, another that waits, an
    asker whom nobody knows where it takes a second person.
    """
    # Before anything that is served is looked at: what goes live in between counts as later.
    newest = prompts.last_number(version.prompt, environment)
    _check(version, environment, tenant, percent, due_at, at)
    missing = lacking(version, environment, tenant, override=override)
    waits = _waits(version, environment, is_unproven=bool(missing), is_dated=due_at is not None, by=by, at=at)
    plan = PlannedRelease(
        prompt=version.prompt,
        version=version,
        environment=environment,
        tenant=tenant,
        percent=percent,
        note=note,
        override_reason=override.strip() if missing else "",
        due_at=due_at,
        state=PlannedRelease.State.WAITING if waits else PlannedRelease.State.SCHEDULED,
        newest_at_ask=newest,
        **_asked(by, at),
    )
    _keep(plan, by, at)
    return plan


def _waits(
    version: PromptVersion, environment: str, *, is_unproven: bool, is_dated: bool, by: Actor, at: datetime
) -> bool:
    """For a second person."""
    refused = refused_alone(version, environment, unproven=is_unproven, by=by, at=at)
    if isinstance(refused, NeedsKnownPerson):
        raise refused
    if refused is None and not is_dated:
        raise Invalid("ask", f"you may release {version.prompt} {version} to {environment} alone: release it now.")
    return refused is not None


def _asked(by: Actor, at: datetime) -> dict[str, Any]:
    return {"asked_at": at, "asked_by_kind": by.kind, "asked_by_id": by.id, "asked_by_label": by.label}


def _keep(plan: PlannedRelease, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        _insert(plan)
        write(plan, "prompt.release_asked", by=by, at=at)


def _check(
    version: PromptVersion, environment: str, tenant: Tenant | None, percent: int, due_at: datetime | None, at: datetime
) -> None:
    prompts.check_environment(environment)
    if not 1 <= percent <= EVERYBODY:
        raise Invalid("percent", f"{percent} must be from 1 to 99 for a canary, or {EVERYBODY} for everybody.")
    if due_at is not None and due_at <= at:
        raise Invalid("at", f"{_stamp(due_at)} is not in the future. What is to go live now is released now.")
    if due_at is not None and due_at > at + LONGEST_AHEAD:
        raise Invalid("at", f"{_stamp(due_at)} is more than {LONGEST_AHEAD.days} days ahead.")
    live = prompts.live(version.prompt, environment, tenant)
    if percent == EVERYBODY and live is not None and live.version_id == version.pk:
        where = f"{tenant.slug} in {environment}" if tenant else environment
        raise Conflict(f"{version.prompt} {version} is what {where} serves already.")


def _insert(plan: PlannedRelease) -> None:
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as fault:
        first = open_plan(plan.prompt, plan.environment, plan.tenant)
        if first is None:
            raise
        raise WaitsAlready(first) from fault


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
