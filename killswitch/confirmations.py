"""Who has applied a change of the stops, in how long, and what it cut: the proof behind "AI is off"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from killswitch.models import Stop, StopEvent
from tenants.models import Acknowledgement, Process
from tenants.scope import is_over_all

ALARM = timedelta(seconds=5)
_LOOKED_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Confirmations:
    """`total` counts every gateway; one that vanished without a goodbye stays in it, under `lost`."""

    revision: int
    total: int
    confirmed: int
    # From the change to the last confirmation, by the database's clock; None while one is missing.
    seconds: float | None
    cut: int
    laggards: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return self.total > 0 and self.confirmed == self.total

    def shown(self) -> Self:
        """As whoever is answered just now may know it: which gateways those are is the operator's affair."""
        return self if is_over_all() else replace(self, laggards=(), lost=())


@dataclass(frozen=True, slots=True)
class Late:
    """A change that a gateway has not confirmed in time: it answers and is behind, or has lost contact."""

    event: StopEvent
    laggards: tuple[str, ...]
    lost: tuple[str, ...]
    # All of those.
    processes: tuple[UUID, ...]

    @property
    def revision(self) -> int:
        return self.event.revision


def confirmations(revision: int, *, at: datetime) -> Confirmations:
    """As of `at`, for the change committed under this revision of the stops."""
    event = StopEvent.objects.filter(revision=revision).first()
    processes = known_gateways()
    missing = [process for process in processes if process.stops_revision < revision]
    acks = _first_acks(revision)
    return Confirmations(
        revision=revision,
        total=len(processes),
        confirmed=len(processes) - len(missing),
        seconds=None if missing or event is None else _seconds(event, processes, acks),
        cut=sum(ack.cut for ack in acks.values()),
        laggards=tuple(process.name for process in missing if process.is_answering),
        lost=tuple(process.name for process in missing if not process.is_answering),
    )


def propagation(revision: int) -> list[tuple[str, float | None]]:
    """Of each gateway that was there: seconds from the change to its being in force; None: not confirmed."""
    event = StopEvent.objects.filter(revision=revision).first()
    if event is None:
        return []
    there = Process.objects.gateways().filter(started_at__lte=event.recorded_at).order_by("name")
    acks = _first_acks(revision)
    return [(each.name, _took(acks.get(each.pk), event)) for each in there]


def _took(ack: Acknowledgement | None, event: StopEvent) -> float | None:
    return max(0.0, (ack.applied_at - event.recorded_at).total_seconds()) if ack else None


def late(at: datetime, *, gateways: Sequence[Process] | None = None, with_drills: bool = True) -> list[Late]:
    """As of `at`, newest first; of changes of the last day, after which lost processes are forgotten.

    `gateways`: what `known_gateways` said, where it was asked already.
    """
    processes = known_gateways() if gateways is None else gateways
    least = min((each.stops_revision for each in processes), default=None)
    if least is None:
        return []
    events = StopEvent.objects.filter(
        revision__gt=least, recorded_at__lte=at - ALARM, recorded_at__gt=at - _LOOKED_BACK
    )
    events = events if with_drills else events.exclude(stop__origin=Stop.Origin.DRILL)
    found = events.select_related("stop__tenant", "stop__feature").order_by("-revision", "-pk")
    return [_late(event, processes) for event in found]


def known_gateways() -> list[Process]:
    """By name; each says whether it answers."""
    return list(Process.objects.gateways().saying_whether_they_answer().order_by("name"))


def _late(event: StopEvent, processes: Sequence[Process]) -> Late:
    missing = [each for each in processes if each.stops_revision < event.revision]
    laggards = tuple(each.name for each in missing if each.is_answering)
    lost = tuple(each.name for each in missing if not each.is_answering)
    return Late(event, laggards, lost, tuple(each.pk for each in missing))


def _first_acks(revision: int) -> dict[UUID, Acknowledgement]:
    later = Acknowledgement.objects.filter(stops_revision__gte=revision)
    firsts = later.order_by("process_id", "stops_revision").distinct("process_id")
    return {ack.process_id: ack for ack in firsts}


def _seconds(event: StopEvent, processes: list[Process], acks: dict[UUID, Acknowledgement]) -> float | None:
    """Of the processes that were there when it happened: one started later never ran without it."""
    there = [acks[each.pk] for each in processes if each.started_at <= event.recorded_at and each.pk in acks]
    if not there:
        return None
    return max(0.0, (max(ack.applied_at for ack in there) - event.recorded_at).total_seconds())
