from datetime import datetime
from uuid import UUID

from evals.services.seconding import check_approver
from prompts.models import PlannedRelease, Prompt
from tenants.actors import Actor
from tenants.models import Tenant
from tenants.refusals import NotAllowed, NotFound


def find_planned(pk: UUID) -> PlannedRelease:
    rows = PlannedRelease.objects.select_related("prompt", "version", "tenant", "release__version", "release__prompt")
    plan = rows.filter(pk=pk).first()
    if plan is None:
        raise NotFound("There is no such planned release. `aiops prompts planned --all` lists them.")
    return plan


def open_plan(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> PlannedRelease | None:
    """The one that waits there; there is never a second."""
    rows = PlannedRelease.objects.open().select_related("prompt", "version", "tenant")
    return rows.filter(prompt=prompt, environment=environment, tenant=tenant).first()


def refused_approval(plan: PlannedRelease, *, by: Actor, at: datetime) -> NotAllowed | None:
    """Why they may not approve it; None: they may."""
    try:
        check_approver(plan.environment, asker=plan.asker, approver=by, at=at)
    except NotAllowed as refused:
        return refused
    return None
