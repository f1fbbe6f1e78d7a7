"""A rule's stop lets a share of the calls pass, to try whether the trouble is over, or none again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from killswitch import history
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from killswitch.services.lifting import check_rules_own
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.refusals import Conflict, Invalid


def admit(
    stop: Stop,
    percent: int,
    *,
    by: Actor,
    at: datetime,
    evidence: Mapping[str, Any],
    expires_at: datetime | None = None,
) -> StopEvent:
    """Only the rule that made the stop may, and only while nobody joined it.

    Loosened, processes learn it by their next full read, within 1.5 s.

    `expires_at`: the later end, so that the clock does not lift it between two trials.
    """
    if not 0 <= percent < 100:
        raise Invalid("percent", "a share from 0 to 99 is let through; to let all through, lift the stop.")
    before = history.state_of(stop)
    with revisions.changing(Revision.Name.STOPS):
        if not Stop.objects.active().filter(pk=stop.pk, version=stop.version).exists():
            raise Conflict("Somebody changed this stop a moment ago.")
        check_rules_own(stop, by)
        stop.admits = percent
        stop.expires_at = max(stop.expires_at, expires_at) if stop.expires_at and expires_at else stop.expires_at
        stop.revision, stop.version = revisions.bump(Revision.Name.STOPS), stop.version + 1
        stop.save(update_fields=["admits", "expires_at", "version", "revision"])
        change = Change(
            StopEvent.Kind.ADMITTED, before, stop.reason, "", by, at, evidence=evidence, origin=Stop.Origin.RULE
        )
        return history.write(stop, change)
