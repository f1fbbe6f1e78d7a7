"""What is told of a stop that is to be made at a moment: that it is, that it is not after all, that it could not be.

That it was made is told like any other stop.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from killswitch.models import Channel, Notice, Plan
from killswitch.notices import facts, hearing, outbox
from tenants.actors import Actor
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)


def tell_planned(plan: Plan, *, at: datetime) -> None:
    _tell(plan, Notice.Kind.PLANNED, facts.of_plan(plan), at)


def tell_cancelled(plan: Plan, *, by: Actor, at: datetime) -> None:
    whose = by.is_over_all or plan.tenant_id is None
    told = facts.of_plan(plan) | {"by": by.label, "at": at.isoformat(), "by_operator": whose}
    _tell(plan, Notice.Kind.CANCELLED, told, at)


def tell_not_started(plan: Plan, *, at: datetime) -> None:
    _tell(plan, Notice.Kind.NOT_STARTED, facts.of_plan(plan) | {"why": plan.why_not, "at": at.isoformat()}, at)


def _tell(plan: Plan, kind: Notice.Kind, told: Mapping[str, Any], at: datetime) -> None:
    """To the channels. Nothing of it may hold up the plan."""
    try:
        # The operator's channels hear of it too, whoever planned it.
        with scope(ALL):
            outbox.write(
                [_notice(plan, kind, told, at, channel) for channel in hearing.of(plan, kind).select_related("tenant")]
            )
    except DatabaseError:
        log.exception("notice.lost plan=%s", plan.pk)


def _notice(plan: Plan, kind: Notice.Kind, told: Mapping[str, Any], at: datetime, channel: Channel) -> Notice:
    whose = told if channel.tenant.is_operator else facts.for_tenant(told)
    return outbox.without_stop(kind, f"{kind}:{plan.pk}", whose, at, tenant=channel.tenant_id, channel=channel)
