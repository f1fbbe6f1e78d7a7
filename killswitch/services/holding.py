"""What processes hold in force that PostgreSQL does not know: people decide, nothing else does."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiops.lib import uuid7
from killswitch.guard import ActiveStop
from killswitch.models import HeldRelease, HeldReview, Stop
from killswitch.services.lifting import NeedsAnother
from killswitch.services.order import Order
from killswitch.services.stopping import StopResult, stop
from killswitch.wire import from_wire
from tenants import audit, push, revisions
from tenants.actors import Actor, ActorKind
from tenants.models import Process, Revision, Tenant
from tenants.refusals import Conflict, Invalid, NotFound

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    stop: ActiveStop
    processes: tuple[str, ...]
    # The first of the two people who release a careful one.
    review: HeldReview | None = None

    @property
    def is_careful(self) -> bool:
        return self.stop.reason in Stop.CAREFUL

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
    known |= set(HeldRelease.objects.filter(stop_id__in=stops).values_list("stop_id", flat=True))
    unknown = sorted(stops.keys() - known)
    reviews = HeldReview.objects.in_bulk(unknown)
    return [Held(stops[each], tuple(told[each]), reviews.get(each)) for each in unknown]


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
            Stop.objects.filter(pk=order.id).exists() or HeldRelease.objects.filter(stop_id=order.id).exists()
        ):
            raise Conflict("PostgreSQL knows this stop by now.")
        result = stop(order, by=by, at=at)
        if order.id is not None and result.joined:
            # The one that it joined is in force by now and as strict: processes let go of this id, and of nothing else.
            note = f"joined stop {result.stop.pk}"
            HeldRelease.objects.create(
                stop_id=order.id, target=order.target.key, released_at=at, released_by=by.label, note=note
            )
    return result


def release(held: Held, adoption: Order | None, *, by: Actor, note: str, at: datetime) -> HeldRelease | None:
    """Let calls through that only processes still hold back. None: that takes two people, and this was the first.

    `adoption`: that would make it a stop like any other; None where that cannot be. One for safety, privacy or law is
    released in that case alone. Who made it is not known, so two people do it.
    """
    if not note.strip():
        raise Invalid("note", "say why calls may pass.")
    if held.is_careful:
        _check_careful(held, adoption, by)
    with revisions.changing(Revision.Name.STOPS):
        if Stop.objects.filter(pk=held.stop.id).exists():
            raise Conflict("PostgreSQL knows this stop by now: lift it as any other.")
        if held.is_careful and not _is_reviewed_by_another(held, by, note, at):
            return None
        stop, told = held.stop, {"released_at": at, "released_by": by.label, "note": note}
        made, is_new = HeldRelease.objects.get_or_create(stop_id=stop.id, defaults={"target": stop.target, **told})
        if is_new:
            revision = revisions.bump(Revision.Name.STOPS)
            _record("stop.released", held, by, note, at, revision=revision)
            push.after_commit(Revision.Name.STOPS, number=revision)
    return made


def _check_careful(held: Held, adoption: Order | None, by: Actor) -> None:
    label = Stop.Reason(held.stop.reason).label.lower()
    if adoption is not None:
        raise Conflict(
            f"A stop for {label} is not released: adopt it; then one person reviews it, and another lifts it."
        )
    if by.kind != ActorKind.USER:
        raise NeedsAnother(f"A stop for {label} that cannot be adopted takes two people to release; no key is either.")


def _is_reviewed_by_another(held: Held, by: Actor, note: str, at: datetime) -> bool:
    """Else this was the first of the two."""
    told = {"reviewed_at": at, "reviewed_by_id": by.id, "reviewed_by": by.label, "note": note}
    review, is_new = HeldReview.objects.get_or_create(
        stop_id=held.stop.id, defaults={"target": held.stop.target, **told}
    )
    if is_new:
        _record("stop.release_reviewed", held, by, note, at)
    elif review.reviewed_by_id == by.id:
        raise NeedsAnother("You have said so before: another person has to release it as well.")
    return not is_new


def _record(action: str, held: Held, by: Actor, note: str, at: datetime, **more: int) -> None:
    stop = held.stop
    facts = {"reason": stop.reason, "mode": stop.mode, "processes": list(held.processes)}
    payload = {"stop": str(stop.id), "target": stop.target, "note": note, **facts, **more}
    audit.append(Tenant.objects.operator().pk, actor=by, action=action, object=stop.target, payload=payload, at=at)
