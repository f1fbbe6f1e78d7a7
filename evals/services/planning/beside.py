"""Releases that wait beside a lane that somebody changes."""

from dataclasses import dataclass

from django.db.models import F, Q

from evals.services.planning.releasing import overruled
from prompts.models import PlannedRelease, Prompt
from tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Beside:
    plan: PlannedRelease
    # Why it will not be released, as things are; empty: it still stands.
    why: str


def plans_beside(prompt: Prompt, environment: str, tenant: Tenant | None = None) -> list[Beside]:
    """Open ones that are about this lane, the soonest first: everybody's and the tenant's own, or all of them."""
    rows = PlannedRelease.objects.open().select_related("prompt", "version", "tenant").defer("version__content")
    rows = rows.filter(prompt=prompt, environment=environment).order_by(F("due_at").asc(nulls_last=True), "id")
    if tenant is not None:
        rows = rows.filter(Q(tenant=None) | Q(tenant=tenant))
    return [Beside(plan, overruled(plan)) for plan in rows]
