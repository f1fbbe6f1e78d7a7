"""Releases that wait, as lists and the prompt's page tell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from evals.services import planning
from evals.services.planning import Moot
from prompts.models import PlannedRelease, Prompt
from prompts.views.audience import people
from tenants.http import TenantRequest, may_everywhere
from tenants.permissions import Permission

_State = PlannedRelease.State
_PILLS: Final = {
    _State.WAITING: ("warn", "Waiting for a second person"),
    _State.SCHEDULED: ("held", "Scheduled"),
    _State.RELEASED: ("ok", "Released"),
    _State.DECLINED: ("plain", "Declined"),
    _State.CANCELLED: ("plain", "Cancelled"),
    _State.FAILED: ("bad", "Failed"),
}
# A worker looks every few seconds; past this none does.
_LATE: Final = timedelta(minutes=1)
# How long one that failed goes on standing beside its prompt.
_NEWS: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class PlanLine:
    plan: PlannedRelease
    # By this reader, now.
    may_approve: bool
    may_cancel: bool
    # Its time is past, and no worker made it.
    is_late: bool
    # Why it will not go live though it is open; None: it may.
    moot: Moot | None = None

    @property
    def pill(self) -> tuple[str, str]:
        if self.moot:
            return "plain", "Live already" if self.moot.is_live else "Will not go live"
        return _PILLS[_State(self.plan.state)]

    @property
    def people(self) -> str:
        return people(self.plan.percent, self.plan.tenant)

    @property
    def is_waiting(self) -> bool:
        return self.plan.state == _State.WAITING

    @property
    def why(self) -> str:
        return why_not(self.plan)


def why_not(plan: PlannedRelease) -> str:
    """Why it failed, as a sentence; a prompt's name is written as it is."""
    if plan.fault.startswith(plan.prompt.name):
        return plan.fault
    return f"{plan.fault[:1].upper()}{plan.fault[1:]}"


def plans() -> QuerySet[PlannedRelease]:
    rows = PlannedRelease.objects.select_related("prompt", "version", "tenant", "release__version")
    return rows.defer("version__content", "release__version__content")


def waiting_at(prompt: Prompt, request: TenantRequest, at: datetime) -> list[PlanLine]:
    """What waits of a prompt, and what lately failed; that first."""
    failed = Q(state=_State.FAILED, ended_at__gt=at - _NEWS)
    rows = plans().filter(Q(state__in=PlannedRelease.OPEN) | failed, prompt=prompt)
    return lines(sorted(rows, key=lambda plan: (plan.is_open, -plan.asked_at.timestamp())), request, at)


def lines(rows: Iterable[PlannedRelease], request: TenantRequest, at: datetime) -> list[PlanLine]:
    may_release, found = may_everywhere(request, Permission.PROMPTS_RELEASE), list(rows)
    moot = planning.moot_of(found)
    return [line(plan, request, at, may_release=may_release, moot=moot.get(plan.pk)) for plan in found]


def line(
    plan: PlannedRelease, request: TenantRequest, at: datetime, *, may_release: bool, moot: Moot | None
) -> PlanLine:
    is_asked = may_release and plan.state == _State.WAITING and moot is None
    may_approve = is_asked and planning.refused_approval(plan, by=request.principal.actor, at=at) is None
    is_late = plan.state == _State.SCHEDULED and plan.due_at is not None and at - plan.due_at > _LATE
    return PlanLine(plan, may_approve, may_release and plan.is_open, is_late, moot)
