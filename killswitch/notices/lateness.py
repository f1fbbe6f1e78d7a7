"""The alarm: a change that not every gateway confirmed in time, and the word when they all have after all."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, Min, OuterRef
from django.db.models.query import QuerySet

from killswitch.confirmations import Late, confirmations, late
from killswitch.models import Notice, StopEvent
from killswitch.notices import facts, outbox
from tenants.models import Process

# A process that vanished is forgotten after a day, and with it who would still have to confirm.
_FOLLOWED_FOR: Final = timedelta(days=1)


def tell_late(*, at: datetime) -> int:
    """Once a revision; how many notices are new. In the scope of all."""
    rows = [row for each in _one_a_revision(late(at)) for row in _late_rows(each, at)]
    return outbox.write(rows)


def tell_confirmed(*, at: datetime) -> int:
    rows = [row for each in _open(at) if (row := _confirmed_row(each, at))]
    return outbox.write(rows)


def _one_a_revision(found: Iterable[Late]) -> list[Late]:
    """Several changes of one transaction have one revision, which is confirmed as one."""
    return list({each.event.revision: each for each in found}.values())


def _late_rows(found: Late, at: datetime) -> list[Notice]:
    event = found.event
    told = {**facts.of_event(event), "laggards": list(found.laggards), "lost": list(found.lost)}
    key = f"late:{event.revision}"
    return outbox.to_channels(Notice.Kind.LATE, event.stop, key=key, facts=told, at=at)


def _open(at: datetime) -> QuerySet[Notice]:
    """Alarms after which nothing was heard."""
    answers = Notice.objects.filter(kind=Notice.Kind.CONFIRMED, road=OuterRef("road"), revision=OuterRef("revision"))
    alarms = Notice.objects.filter(kind=Notice.Kind.LATE, made_at__gt=at - _FOLLOWED_FOR)
    behind = Process.objects.gateways().aggregate(least=Min("stops_revision"))["least"]
    if behind is not None:
        alarms = alarms.filter(revision__lte=behind)
    return alarms.filter(~Exists(answers)).select_related("channel")


def _confirmed_row(alarm: Notice, at: datetime) -> Notice | None:
    revision = alarm.revision or 0
    found = confirmations(revision, at=at)
    event = StopEvent.objects.filter(revision=revision).select_related("stop__tenant", "stop__feature").first()
    # Without any gateway left nobody has confirmed, and nobody answers calls.
    if event is None or alarm.channel is None or found.confirmed < found.total:
        return None
    told = {**facts.of_event(event), "total": found.total, "gone": _gone(alarm.facts)}
    key, among = f"confirmed:{revision}", [alarm.channel.pk]
    rows = outbox.to_channels(Notice.Kind.CONFIRMED, event.stop, key=key, facts=told, at=at, among=among)
    return rows[0] if rows else None


def _gone(told: dict[str, Any]) -> list[str]:
    """Named in the alarm, and no process any more: they said goodbye, or were not heard of for a day."""
    named = [*told["laggards"], *told["lost"]]
    there = set(Process.objects.gateways().filter(name__in=named).values_list("name", flat=True))
    return [name for name in named if name not in there]
