"""Who has applied a change of the stops, in how long, and what it cut: the proof behind "AI is off"."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from killswitch.models import StopEvent
from tenants.models import Acknowledgement, Process

ALARM = timedelta(seconds=5)


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


def confirmations(revision: int, *, at: datetime) -> Confirmations:
    """As of `at`, for the change committed under this revision of the stops."""
    event = StopEvent.objects.filter(revision=revision).first()
    processes = list(Process.objects.gateways().order_by("name"))
    missing = [process for process in processes if process.stops_revision < revision]
    answering = set(Process.objects.gateways().answering().values_list("pk", flat=True))
    acks = _first_acks(revision)
    return Confirmations(
        revision=revision,
        total=len(processes),
        confirmed=len(processes) - len(missing),
        seconds=None if missing or event is None else _seconds(event, processes, acks),
        cut=sum(ack.cut for ack in acks.values()),
        laggards=tuple(process.name for process in missing if process.pk in answering),
        lost=tuple(process.name for process in missing if process.pk not in answering),
    )


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
