"""Planned releases whose time has come."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from evals.services.planning.deciding import settle
from evals.services.planning.releasing import release_planned, served_already
from evals.services.planning.telling import tell_failed
from evals.services.planning.writing import write
from prompts.models import PlannedRelease, Release
from tenants.actors import SYSTEM
from tenants.clock import database_now
from tenants.refusals import Conflict, Refused
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)

# Later than so nobody is there any more to watch it go live.
LATEST: Final = timedelta(hours=1)


def carry_out_due(*, at: datetime | None = None) -> int:
    """Release what is due by then, or by now; how many. Each by itself: one that fails keeps none of the others
    waiting.
    """
    with scope(ALL):
        due = list(PlannedRelease.objects.due(at=at or database_now()).order_by("due_at").values_list("pk", flat=True))
    return sum(_carry_out(pk, at) for pk in due)


def _carry_out(pk: UUID, at: datetime | None) -> bool:
    now = at or database_now()
    try:
        with scope(ALL):
            # Another worker that is at it holds the row.
            mine = PlannedRelease.objects.due(at=now).filter(pk=pk).select_for_update(skip_locked=True, of=("self",))
            plan = mine.select_related("prompt", "version", "tenant").first()
            return plan is not None and _release_or_say(plan, now, made_at=at)
    except Exception:
        log.exception("planned_release.not_made id=%s: it is tried again", pk)
        return False


def _release_or_say(plan: PlannedRelease, at: datetime, *, made_at: datetime | None) -> bool:
    if served := served_already(plan):
        _leave(plan, served, at)
        return False
    try:
        with transaction.atomic():
            _check_late(plan, at)
            at = release_planned(plan, approved_by=plan.decider, at=made_at)
    except Refused as refused:
        _give_up(plan, refused.detail, at)
        return False
    write(plan, "prompt.release_carried_out", by=SYSTEM, at=at)
    return True


def _check_late(plan: PlannedRelease, at: datetime) -> None:
    if plan.due_at is not None and at - plan.due_at > LATEST:
        raise Conflict(
            f"Its time, {plan.due_at:%Y-%m-%d %H:%M} UTC, passed while no worker was running, by more than an hour. "
            "Ask for it anew."
        )


def _leave(plan: PlannedRelease, served: Release, at: datetime) -> None:
    """Somebody was faster, and did what was asked for: nothing is left to do, and nothing failed."""
    note = f"{served.made_by_label} released it before its time, at {served.made_at:%Y-%m-%d %H:%M} UTC."
    settle(plan, (PlannedRelease.State.SCHEDULED,), PlannedRelease.State.CANCELLED, note, SYSTEM, at)
    write(plan, "prompt.release_cancelled", by=SYSTEM, at=at, why=note)


def _give_up(plan: PlannedRelease, why: str, at: datetime) -> None:
    """What people think is live is not: it is written, told and shown."""
    log.warning("planned_release.failed id=%s prompt=%s: %s", plan.pk, plan.prompt, why)
    plan.refresh_from_db()
    plan.state, plan.ended_at, plan.fault = PlannedRelease.State.FAILED, at, why
    plan.save(update_fields=["state", "ended_at", "fault"])
    write(plan, "prompt.release_failed", by=SYSTEM, at=at, why=why)
    tell_failed(plan, at=at)
