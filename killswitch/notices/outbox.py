"""What is to be told, written in the transaction of what it tells of: none is lost, and none tells of what is not."""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from aiops.lib import uuid7
from killswitch.models import Channel, Notice, ResumeWatch, Stop, StopEvent
from killswitch.notices import facts, hearing, queueing
from killswitch.notices.facts import for_tenant
from killswitch.notices.wording import Facts
from tenants.models import User
from tenants.scope import ALL, scope

log = logging.getLogger(__name__)

_ENDS = frozenset({StopEvent.Kind.LIFTED, StopEvent.Kind.EXPIRED})


def change(event: StopEvent) -> None:
    """To the channels that want to hear of it; to who watches, when it ends. Nothing of it may hold up the stop."""
    try:
        # The operator's channels hear of it too, whoever made it. What fails is undone up to here, and no further.
        with scope(ALL):
            _change(event)
    except Exception:
        log.exception("notice.lost stop=%s version=%s", event.stop_id, event.version)


def _change(event: StopEvent) -> None:
    key = f"event:{event.pk}"
    rows = to_channels(Notice.Kind.CHANGED, event.stop, key=key, facts=facts.of_event(event), at=event.at)
    if event.kind in _ENDS:
        rows += _to_watchers(event)
    write(rows)


def _to_watchers(event: StopEvent) -> list[Notice]:
    """Not to who lifted it: they know."""
    told = facts.of_event(event)
    watches = list(ResumeWatch.objects.filter(stop=event.stop).select_related("user"))
    ResumeWatch.objects.filter(pk__in=[each.pk for each in watches]).delete()
    others = [each.user for each in watches if str(each.user_id) != event.actor_id]
    return [
        to_user(each, Notice.Kind.RESUMED, event.stop, f"resumed:{event.stop_id}", told, event.at) for each in others
    ]


def to_channels(kind: Notice.Kind, stop: Stop, *, key: str, facts: Facts, at: datetime) -> list[Notice]:
    channels = hearing.of(stop, kind).select_related("tenant")
    return [to_channel(each, kind, stop, key, facts, at) for each in channels]


def to_channel(channel: Channel, kind: Notice.Kind, stop: Stop, key: str, facts: Facts, at: datetime) -> Notice:
    told = facts if channel.tenant.is_operator else for_tenant(facts)
    return _row(kind, key, told, at, stop, tenant=channel.tenant_id, channel=channel)


def to_user(user: User, kind: Notice.Kind, stop: Stop, key: str, facts: Facts, at: datetime) -> Notice:
    told = facts if hearing.is_over_all(user) else for_tenant(facts)
    return _row(kind, key, told, at, stop, tenant=hearing.tenant_of(stop), user=user)


def without_stop(
    kind: Notice.Kind, key: str, facts: Mapping[str, Any], at: datetime, *, tenant: UUID, **receiver: Any
) -> Notice:
    """`receiver`: a `channel` or a `user`; `tenant`: whose row it is."""
    return Notice(
        id=uuid7.new(),
        tenant_id=tenant,
        road=road_of(**receiver),
        kind=kind,
        key=key,
        facts=dict(facts),
        due_at=at,
        made_at=at,
        **receiver,
    )


def write(rows: list[Notice]) -> int:
    """How many are new: what was told already is not told again."""
    told = set(Notice.objects.filter(key__in={each.key for each in rows}).values_list("road", "key")) if rows else set()
    fresh = [each for each in rows if (each.road, each.key) not in told]
    if fresh:
        Notice.objects.bulk_create(fresh, ignore_conflicts=True)
        transaction.on_commit(partial(queueing.deliver_soon, sorted({each.road for each in fresh})), robust=True)
    return len(fresh)


def _row(
    kind: Notice.Kind, key: str, facts: Mapping[str, Any], at: datetime, stop: Stop, *, tenant: UUID, **receiver: Any
) -> Notice:
    row = without_stop(kind, key, facts, at, tenant=tenant, **receiver)
    row.stop_id, row.revision = stop.pk, facts["revision"]
    return row


def road_of(*, channel: Channel | None = None, user: User | None = None) -> str:
    return f"channel:{channel.pk}" if channel else f"user:{user.pk if user else ''}"
