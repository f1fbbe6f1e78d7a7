"""What is live is asked the same every day; until its baseline stands, every hour."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError

from evals.drift.cusum import CALIBRATION
from evals.models import Run, Suite
from evals.services.runs import start_run
from prompts.models import PromptVersion
from prompts.services import PRODUCTION, live
from tenants.actors import SYSTEM
from tenants.queueing import QueueAway
from tenants.scope import ALL, scope

EVERY: Final = timedelta(days=1)
WHILE_CALIBRATING: Final = timedelta(hours=1)


def start_due_canaries(*, at: datetime) -> list[Run]:
    """Each in a transaction of its own: it holds the installation's audit chain, for which a stop waits."""
    suites = Suite.objects.filter(is_canary=True, prompt__isnull=False).select_related("prompt", "current")
    return [run for suite in suites if (run := _start_if_due(suite, at)) is not None]


def _start_if_due(suite: Suite, at: datetime) -> Run | None:
    try:
        with scope(ALL):
            return start_canary(suite, at=at, if_due=True)
    except QueueAway:
        # Due still, at the next look.
        return None


def start_canary(suite: Suite, *, at: datetime, if_due: bool = False) -> Run | None:
    """None when nothing is live, one is under way, or its time has not come."""
    version, served = suite.current, live_version(suite)
    if version is None or served is None:
        return None
    runs = Run.objects.queued().filter(kind=Run.Kind.CANARY, suite=version, head=served)
    newest = runs.newest_first().first()
    if newest is not None and (newest.state == Run.State.RUNNING or (if_due and at < due_at(newest, runs.count()))):
        return None
    try:
        return start_run(version, head=served, kind=Run.Kind.CANARY, at_once=10, by=SYSTEM, at=at)
    except IntegrityError:
        # Somebody was faster; anything else that is wrong stays wrong.
        if runs.running().exists():
            return None
        raise


def due_at(newest: Run, count: int) -> datetime:
    """When the one after the newest of so many is asked."""
    return newest.started_at + (WHILE_CALIBRATING if count < CALIBRATION else EVERY)


def live_version(suite: Suite) -> PromptVersion | None:
    release = live(suite.prompt, PRODUCTION) if suite.prompt else None
    return release.version if release else None
