from collections import Counter
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
    return _refused(plan.environment, plan.asker, by, at)


def count_to_approve(by: Actor, *, at: datetime) -> int:
    """So many wait that this very person may approve. In every page's rail: what is alike is asked once."""
    waiting = PlannedRelease.objects.waiting().asked_by_others(by)
    rows = waiting.only("environment", "asked_by_kind", "asked_by_id", "asked_by_label")
    alike = Counter((plan.environment, plan.asker) for plan in rows)
    return sum(count for (environment, asker), count in alike.items() if not _refused(environment, asker, by, at))


def _refused(environment: str, asker: Actor, by: Actor, at: datetime) -> NotAllowed | None:
    try:
        check_approver(environment, asker=asker, approver=by, at=at)
    except NotAllowed as refused:
        return refused
    return None
