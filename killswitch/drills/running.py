"""One drill: stop a feature of our own, see every gateway refuse it, let it through again."""

import logging
from contextlib import suppress
from datetime import UTC, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from killswitch.drills.asking import Ask, Asker
from killswitch.drills.call_key import call_key
from killswitch.drills.canary import Canary, canary
from killswitch.drills.trial import Trial
from killswitch.models import Drill, Stop
from killswitch.models.drill import LOST_AFTER
from killswitch.scopes import EVERYTHING, feature_key
from tenants.actors import Actor
from tenants.models import Process
from tenants.refusals import Conflict
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)

_DIED = "The process that ran this drill ended in the middle of it."


class NotNow(Conflict):
    """There is nothing to try out, or it could prove nothing just now."""

    code = "no_drill_now"


def run_drill(*, by: Actor, ask: Ask | None = None) -> Drill:
    """Takes a second or two, and at most half a minute; not within a transaction: others have to see what it does."""
    with scope(ALL):
        found = canary()
        key = call_key(found.tenant, found.feature)
    drill = _begin(found, by)
    trial = Trial(drill, found, ask or Asker(settings.AIOPS_GATEWAY_URL, key))
    try:
        trial.run()
    except Exception as fault:
        log.exception("drill.broke id=%s", drill.pk)
        trial.troubles.append(f"It broke off: {type(fault).__name__}.")
    finally:
        # Also when it broke: nothing that a drill stopped stays so, but for what somebody joined meanwhile.
        with suppress(Conflict):
            found.lift_all()
    return _finish(drill, trial)


def _begin(found: Canary, by: Actor) -> Drill:
    at = datetime.now(UTC)
    lost = Drill.objects.under_way().filter(started_at__lt=at - LOST_AFTER)
    for drill in lost:
        log.warning("drill.lost id=%s", drill.pk)
    lost.update(finished_at=at, passed=False, trouble=_DIED)
    drill = _claim(at, by)
    try:
        # What a worker that died has left off; nobody else is at it now.
        found.lift_all()
        _check(found)
    except NotNow:
        drill.delete()
        raise
    return drill


def _claim(at: datetime, by: Actor) -> Drill:
    total = Process.objects.gateways().count()
    if not total:
        raise NotNow("No gateway is running: there is nothing to try out.")
    try:
        with transaction.atomic():
            return Drill.objects.create(started_at=at, started_by=by.label, total=total)
    except IntegrityError:
        raise NotNow("A drill is under way. Look at its outcome in a moment.") from None


def _check(found: Canary) -> None:
    """A call that something else refuses as well says nothing of our stop."""
    keys = (EVERYTHING, feature_key(found.feature.pk), found.target.key)
    other = Stop.objects.active().filter(target__in=keys).select_related("tenant", "feature").first()
    if other is not None:
        raise NotNow(f"AI is off for {other.what}: a drill could prove nothing until that is lifted.")


def _finish(drill: Drill, trial: Trial) -> Drill:
    drill.finished_at = datetime.now(UTC)
    drill.trouble = " ".join(dict.fromkeys(trial.troubles))[:1000]
    drill.passed = not drill.trouble
    drill.save()
    log.info("drill.finished id=%s passed=%s confirmed=%s of %s", drill.pk, drill.passed, drill.confirmed, drill.total)
    return drill
