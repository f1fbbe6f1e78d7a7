"""The alarm: a change that not every gateway confirmed in time, and the word when they all have after all."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.db.models.query import QuerySet

from killswitch.confirmations import Late, late
from killswitch.models import Channel, Notice, StopEvent
from killswitch.notices import apart, facts, hearing, outbox
from tenants.models import Process

# A process that vanished is forgotten after a day, and with it who would still have to confirm; then that is told.
_FOLLOWED_FOR: Final = timedelta(days=1, hours=1)


def tell_late(*, at: datetime) -> int:
    """Once of the same processes, however many changes wait for them; how many notices are new. In the scope of all."""
    return apart.told(list(_alarms(at)), lambda alarm: _tell_late(*alarm, at))


def tell_confirmed(*, at: datetime) -> int:
    """Once to a channel, however many alarms it had: of the latest change that it was alarmed of."""
    alarms = {alarm.road: alarm for alarm in _confirmed(at)}
    return apart.told(alarms.values(), lambda alarm: _tell_confirmed(alarm, at)) if alarms else 0


def _alarms(at: datetime) -> Iterator[tuple[Channel, Late]]:
    """Of what each channel hears of the latest change: whoever lacks an earlier one lacks that one, too."""
    found = late(at, with_drills=False)
    if not found:
        return
    named: dict[str, set[str]] = defaultdict(set)
    for alarm in _open(at):
        named[alarm.road].update(alarm.facts.get("processes", []))
    for channel in Channel.objects.enabled().select_related("tenant"):
        latest = next((each for each in found if hearing.is_for(channel, each.event.stop)), None)
        if latest and not named[outbox.road_of(channel=channel)].issuperset(_ids(latest)):
            yield channel, latest


def _tell_late(channel: Channel, found: Late, at: datetime) -> int:
    processes = _ids(found)
    lacking = {
        "laggards": list(found.laggards), "lost": list(found.lost), "missing": len(processes), "processes": processes,
    }  # fmt: skip
    told, key = {**facts.of_event(found.event), **lacking}, f"late:{found.revision}"
    return outbox.write([outbox.to_channel(channel, Notice.Kind.LATE, found.event.stop, key, told, at)])


def _ids(found: Late) -> list[str]:
    return [str(each) for each in found.processes]


def _open(at: datetime) -> QuerySet[Notice]:
    """Alarms after which nothing was heard."""
    answers = Notice.objects.filter(
        kind=Notice.Kind.CONFIRMED, road=OuterRef("road"), revision__gte=OuterRef("revision")
    )
    alarms = Notice.objects.filter(kind=Notice.Kind.LATE, made_at__gt=at - _FOLLOWED_FOR)
    return alarms.filter(~Exists(answers))


def _confirmed(at: datetime) -> list[Notice]:
    """Those of which no process lacks anything any more; of each channel the latest comes last."""
    alarms = list(_open(at).filter(channel__is_enabled=True).select_related("channel").order_by("revision"))
    if not alarms:
        return []
    applied = {str(pk): revision for pk, revision in Process.objects.gateways().values_list("pk", "stops_revision")}
    behind = {process for each in late(at, with_drills=False)[:1] for process in _ids(each)}
    return [each for each in alarms if not _is_lacking(each, applied, behind)]


def _is_lacking(alarm: Notice, applied: dict[str, int], behind: set[str]) -> bool:
    """Without any gateway left nobody has confirmed, and nobody answers calls."""
    revision = alarm.revision or 0
    return any(has < revision for has in applied.values()) or not behind.isdisjoint(alarm.facts.get("processes", []))


def _tell_confirmed(alarm: Notice, at: datetime) -> int:
    events = StopEvent.objects.filter(stop=alarm.stop_id, revision=alarm.revision or 0)
    event = events.select_related("stop__tenant", "stop__feature").first()
    if event is None or alarm.channel is None:
        return 0
    there = dict(Process.objects.gateways().values_list("pk", "name"))
    told = {**facts.of_event(event), "total": len(there), "gone": _gone(alarm.facts, set(there.values()))}
    key = f"confirmed:{event.revision}"
    return outbox.write([outbox.to_channel(alarm.channel, Notice.Kind.CONFIRMED, event.stop, key, told, at)])


def _gone(told: dict[str, Any], there: set[str]) -> list[str]:
    """Named in the alarm, and no process any more: they said goodbye, or were not heard of for a day."""
    return [name for name in [*told["laggards"], *told["lost"]] if name not in there]
