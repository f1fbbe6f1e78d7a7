"""Whose turn it is: one notice at a time for each receiver, and few in all, so that a slow one holds up nobody else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Min

from killswitch.models import Channel, Notice
from killswitch.notices.outcomes import Outcome
from tenants.scope import ALL, scope

# After so many seconds it is tried again; after the last of them no more.
AGAIN_AFTER: Final = (1, 5, 30, 120, *[600] * 7)
# Longer than any try takes: who claimed it and is not done by then has died.
HELD_FOR: Final = timedelta(minutes=2)
# Of the worker's eight threads the others are for what lifts stops.
AT_ONCE: Final = 4


def claim(road: str, *, at: datetime) -> Notice | None:
    """The receiver's oldest once any is due: in order. None when none is, or somebody is at one of them already."""
    with scope(ALL):
        _wait_for_others()
        if not _is_free(road, at) or not Notice.objects.due(at=at).filter(road=road).exists():
            return None
        oldest = Notice.objects.waiting().filter(road=road).order_by("id")[:1]
        # Whoever settles it, sends it again or removes its channel holds its row.
        notice = Notice.objects.filter(pk__in=oldest).select_for_update(skip_locked=True).first()
        if notice is None:
            return None
        notice.claimed_until, notice.tried_at = at + HELD_FOR, at
        # One that a newer one brings up before its time keeps its tries: many changes at once would use them up.
        notice.attempts += notice.due_at <= at
        notice.save(update_fields=["claimed_until", "tried_at", "attempts"])
        return notice


def settle(notice: Notice, outcome: Outcome, *, at: datetime) -> int | None:
    """Keep what came of it. After how many seconds it is tried again; None when it is not."""
    wait = None if outcome.is_ok or outcome.is_final else _wait(notice, at)
    with scope(ALL):
        notice.says, notice.claimed_until = outcome.says[:400], None
        notice.state = _state(outcome, wait)
        notice.due_at = at + timedelta(seconds=wait or 0)
        notice.save(update_fields=["says", "claimed_until", "state", "due_at"])
        waiting = Notice.objects.waiting().filter(road=notice.road)
        if wait is not None:
            # What comes after it would run into the same: one try a time is enough to find out.
            waiting.filter(due_at__lt=notice.due_at).update(due_at=notice.due_at)
        elif outcome.is_ok:
            waiting.filter(due_at__gt=at).update(due_at=at)
        if notice.channel_id:
            _keep_outcome(notice.channel_id, outcome, at)
    return wait


def due_roads(*, at: datetime, most: int = 50) -> Sequence[str]:
    """Those who have waited longest first."""
    with scope(ALL):
        waiting = Notice.objects.due(at=at).values("road").annotate(since=Min("due_at")).order_by("since")
        return [each["road"] for each in waiting[:most]]


def _wait_for_others() -> None:
    """One claims at a time: side by side each would count the others before they have claimed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('notices', 0))")


def _is_free(road: str, at: datetime) -> bool:
    roads = list(Notice.objects.being_sent(at=at).values_list("road", flat=True)[:AT_ONCE])
    return road not in roads and len(roads) < AT_ONCE


def _wait(notice: Notice, at: datetime) -> int | None:
    if notice.due_at > (notice.tried_at or at):
        return max(1, ceil((notice.due_at - at).total_seconds()))
    return AGAIN_AFTER[notice.attempts - 1] if notice.attempts <= len(AGAIN_AFTER) else None


def _state(outcome: Outcome, wait: int | None) -> Notice.State:
    if outcome.is_ok:
        return Notice.State.SENT
    return Notice.State.GIVEN_UP if wait is None else Notice.State.WAITING


def _keep_outcome(channel: UUID, outcome: Outcome, at: datetime) -> None:
    word = Channel.Outcome.OK if outcome.is_ok else Channel.Outcome.FAILED
    Channel.objects.filter(pk=channel).update(outcome=word, outcome_at=at, outcome_says=outcome.says[:400])
