"""Approve, decline or cancel a release that waits. Of two who decide at once, the first wins."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from evals.services.planning.finding import find_planned
from evals.services.planning.releasing import release_planned
from evals.services.planning.writing import write
from evals.services.seconding import check_approver
from prompts.models import PlannedRelease
from tenants.actors import Actor
from tenants.clock import database_now
from tenants.refusals import Conflict, Invalid

_State = PlannedRelease.State
_WAITING: Final = (_State.WAITING,)


def approve(plan: PlannedRelease, *, note: str = "", by: Actor, at: datetime | None = None) -> PlannedRelease:
    """It is made at once, or at its time if that lies ahead. Refused, it goes on waiting. `at`: of history that is told
    later; None: now.
    """
    now = at or database_now()
    with transaction.atomic():
        check_approver(plan.environment, asker=plan.asker, approver=by, at=now)
        if plan.due_at is not None and plan.due_at > now:
            plan = settle(plan, _WAITING, _State.SCHEDULED, note, by, now)
        else:
            # Without a time it is never scheduled; it waits, held by its row, until it is released just below.
            plan = settle(plan, _WAITING, _State.WAITING, note, by, now)
            now = release_planned(plan, approved_by=by, at=at)
        write(plan, "prompt.release_approved", by=by, at=now)
    return plan


def decline(plan: PlannedRelease, *, note: str, by: Actor, at: datetime | None = None) -> PlannedRelease:
    at = at or database_now()
    if not note.strip():
        raise Invalid("note", "say why: whoever asked for it reads it.")
    with transaction.atomic():
        plan = settle(plan, _WAITING, _State.DECLINED, note, by, at)
        write(plan, "prompt.release_declined", by=by, at=at)
    return plan


def cancel(plan: PlannedRelease, *, note: str = "", by: Actor, at: datetime | None = None) -> PlannedRelease:
    """Nothing goes live. Anybody who may release may cancel, and may do it again."""
    at = at or database_now()
    with transaction.atomic():
        now = find_planned(plan.pk)
        if now.state == _State.CANCELLED:
            return now
        approver = now.decider
        plan = settle(plan, PlannedRelease.OPEN, _State.CANCELLED, note, by, at)
        why = f"It was approved by {approver.label}." if approver else ""
        write(plan, "prompt.release_cancelled", by=by, at=at, why=why)
    return plan


def settle(
    plan: PlannedRelease,
    of: Iterable[PlannedRelease.State],
    to: PlannedRelease.State,
    note: str,
    by: Actor,
    at: datetime,
) -> PlannedRelease:
    """As one of these states alone it becomes another, and is read anew; raises Conflict if somebody was faster."""
    won = PlannedRelease.objects.filter(pk=plan.pk, state__in=of).update(
        state=to,
        decided_at=at,
        decided_by_kind=by.kind,
        decided_by_id=by.id,
        decided_by_label=by.label,
        decision_note=note.strip(),
        ended_at=None if to in PlannedRelease.OPEN else at,
    )
    plan = find_planned(plan.pk)
    if not won:
        raise Conflict(_settled(plan))
    return plan


def _settled(plan: PlannedRelease) -> str:
    decider = f" by {plan.decided_by_label}" if plan.decided_by_label else ""
    match plan.state:
        case _State.SCHEDULED:
            how = f"was approved{decider} already" if decider else "waits for nobody"
            return f"It {how}: it goes live at {plan.due_at:%Y-%m-%d %H:%M} UTC. Cancel it if it must not."
        case _State.RELEASED:
            return f"It is released{', approved' + decider if decider else ''}: roll back if it must not be live."
        case _State.FAILED:
            return f"It was not released: {plan.fault}"
        case _:
            return f"It was {plan.get_state_display().lower()}{decider} already. Ask for it anew."
