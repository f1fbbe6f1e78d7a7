"""How a target stands: what is in force, the proof of it, and what somebody has yet to look at."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from killswitch.forms import ReviewForm
from killswitch.models import Stop, StopEvent
from killswitch.notices import watching
from killswitch.scopes import Scope
from killswitch.standing import Above, events_at, is_whole, standing_of, stops_at
from killswitch.views.changes import Change
from killswitch.views.frame import frame
from killswitch.views.places import Place
from killswitch.views.proof import Proof, prove
from tenants.actors import ActorKind
from tenants.http import TenantRequest

# How long the page goes on telling that something was turned back on.
NEWS = timedelta(minutes=10)


def state_of(request: TenantRequest, place: Place, at: datetime) -> dict[str, Any]:
    active = list(stops_at(place.target).filter(state=Stop.State.ACTIVE))
    # The widest first, then its parts by name.
    stops = sorted(active, key=lambda stop: (stop.scope == Scope.TENANT_FEATURE, stop.what))
    stop = next((each for each in stops if each.scope == place.target.scope), None)
    framed, actor = frame(request), request.principal.actor
    wider = _wider(place, framed["above"])
    proofs = _proofs(place, stops, at) if stops or not wider else []
    may_change = place.may_change(request.principal)
    return {
        **framed,
        "wider": wider,
        "is_held_off": wider is not None and is_whole(wider),
        "place": place,
        "tenant": place.tenant,
        "stop": stop,
        "stops": stops,
        "proofs": proofs,
        "is_settled": all(proof.is_settled for proof in proofs),
        "is_late": any(proof.is_late for proof in proofs),
        "needs_another": stop is not None and stop.needs_another(actor),
        "may_change": may_change,
        "is_watched": stop is not None and actor.kind == ActorKind.USER and watching.is_watched(stop, UUID(actor.id)),
        "mail_is_set": settings.AIOPS_MAIL_IS_SET,
        "roles": place.roles,
        "reviews": _reviews(place),
        "again": ReviewForm.AGAIN,
        "at": at,
    }


def _wider(place: Place, above: Above) -> Stop | None:
    """What holds it off whatever its own switch says; while it does, nothing is back on here."""
    if place.is_everyone:
        return None
    is_part = place.target.scope in (Scope.CONNECTION, Scope.USER)
    return above.everything or (standing_of(place.tenant).everything if is_part and place.tenant else None)


def _reviews(place: Place) -> list[Stop]:
    """Awaiting somebody else's look, in force or lifted."""
    return list(stops_at(place.target).filter(review_at__isnull=False).order_by("review_at")[:5])


def _proofs(place: Place, stops: Sequence[Stop], at: datetime) -> list[Proof]:
    """How each stop in force began, and who joined it; when nothing is off, the lifting that has just been."""
    if not stops:
        endings = (StopEvent.Kind.LIFTED, StopEvent.Kind.EXPIRED)
        last = events_at(place.target).filter(kind__in=endings, at__gt=at - NEWS).first()
        return [prove(last, at=at)] if last else []
    changes: dict[UUID, list[Change]] = defaultdict(list)
    for event in events_at(place.target).filter(stop__in=stops):
        changes[event.stop_id].append(Change(event))
    return [_proof(changes[stop.pk], at) for stop in stops]


def _proof(changes: Sequence[Change], at: datetime) -> Proof:
    """Of the changes of one stop, newest first. What has to be confirmed is the last that made it stricter."""
    made = changes[-1]
    joins = [change for change in changes[:-1] if change.event.kind == StopEvent.Kind.JOINED]
    telling = next((change for change in joins if not change.is_note), made)
    return prove(made.event, last=telling.event, joins=joins, at=at)
