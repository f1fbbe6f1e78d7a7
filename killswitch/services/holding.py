"""What processes hold in force that PostgreSQL does not know: people decide, nothing else does."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiops.lib import uuid7
from killswitch.guard import ActiveStop
from killswitch.models import Release, Stop
from killswitch.services.order import Order
from killswitch.services.stopping import StopResult, stop
from killswitch.wire import from_wire
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.models import Process, Revision, Tenant
from tenants.refusals import Conflict, Invalid, NotFound

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    stop: ActiveStop
    processes: tuple[str, ...]

    @property
    def since(self) -> datetime:
        """When it was made: its id tells."""
        return uuid7.time_of(self.stop.id)


def held() -> list[Held]:
    """By any process that says so and that PostgreSQL has not settled since; oldest first."""
    told: defaultdict[UUID, list[str]] = defaultdict(list)
    stops: dict[UUID, ActiveStop] = {}
    for name, wires in Process.objects.order_by("name").values_list("name", "held_stops"):
        for found in _readable(name, wires):
            told[found.id].append(name)
            stops[found.id] = stops[found.id].tightened_by(found) if found.id in stops else found
    known = set(Stop.objects.filter(pk__in=stops).values_list("pk", flat=True))
    known |= set(Release.objects.filter(stop_id__in=stops).values_list("stop_id", flat=True))
    return [Held(stops[each], tuple(told[each])) for each in sorted(stops) if each not in known]


def _readable(process: str, wires: Iterable[Any]) -> Iterator[ActiveStop]:
    for wire in wires:
        try:
            found = from_wire(wire)
            uuid7.time_of(found.id)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as fault:
            log.error("held.unreadable process=%s %s: %s", process, type(fault).__name__, fault)
        else:
            yield found


def find_held(stop_id: UUID) -> Held:
    found = next((each for each in held() if each.stop.id == stop_id), None)
    if found is None:
        raise NotFound("No process holds a stop of this id that PostgreSQL does not know.")
    return found


def adopt(order: Order, *, by: Actor, at: datetime) -> StopResult:
    """Make it a stop like any other, under the id that processes hold it by."""
    with revisions.changing(Revision.Name.STOPS):
        if order.id is not None and (
            Stop.objects.filter(pk=order.id).exists() or Release.objects.filter(stop_id=order.id).exists()
        ):
            raise Conflict("PostgreSQL knows this stop by now.")
        result = stop(order, by=by, at=at)
        if order.id is not None and result.joined:
            # The one that it joined is in force by now and as strict: processes let go of this id, and of nothing else.
            note = f"joined stop {result.stop.pk}"
            Release.objects.create(
                stop_id=order.id, target=order.target.key, released_at=at, released_by=by.label, note=note
            )
    return result


def release(stop_id: UUID, *, target: str, facts: Mapping[str, Any], by: Actor, note: str, at: datetime) -> Release:
    """Let calls through that only processes still hold back.

    Not of a stop for safety, privacy or law: who made it is not known, so adopt it, and a second person lifts it.
    """
    if not note.strip():
        raise Invalid("note", "say why calls may pass.")
    if facts.get("reason") in Stop.CAREFUL:
        label = Stop.Reason(facts["reason"]).label.lower()
        raise Conflict(f"A stop for {label} is not released: adopt it, then a second person lifts it.")
    with revisions.changing(Revision.Name.STOPS):
        revision = revisions.bump(Revision.Name.STOPS)
        if Stop.objects.filter(pk=stop_id).exists():
            raise Conflict("PostgreSQL knows this stop by now: lift it as any other.")
        operator = Tenant.objects.operator()
        payload = {"stop": str(stop_id), "target": target, "note": note, "revision": revision, **facts}
        audit.append(operator.pk, actor=by, action="stop.released", object=target, payload=payload, at=at)
        made, _ = Release.objects.get_or_create(
            stop_id=stop_id, defaults={"target": target, "released_at": at, "released_by": by.label, "note": note}
        )
        push.after_commit(Revision.Name.STOPS, number=revision)
    return made
