"""How a target stands: what is in force, the proof of it, and what somebody has yet to look at."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from killswitch.forms import ReviewForm
from killswitch.lookups import held_over
from killswitch.models import Stop, StopEvent
from killswitch.notices import watching
from killswitch.scopes import Scope
from killswitch.standing import Above, events_at, is_whole, standing_of, stops_at
from killswitch.views.back import but
from killswitch.views.changes import Change
from killswitch.views.frame import frame
from killswitch.views.places import Place
from killswitch.views.proof import Proof, prove
from tenants.actors import ActorKind
from tenants.http import TenantRequest, may_everywhere
from tenants.permissions import Permission

# How long the page goes on telling that something was turned back on.
NEWS = timedelta(minutes=10)
_ENDINGS: Final = (StopEvent.Kind.LIFTED, StopEvent.Kind.EXPIRED)


def state_of(request: TenantRequest, place: Place, at: datetime) -> dict[str, Any]:
    active = list(stops_at(place.target).filter(state=Stop.State.ACTIVE))
    # The widest first, then its parts by name.
    stops = sorted(active, key=lambda stop: (stop.scope == Scope.TENANT_FEATURE, stop.what))
    stop = next((each for each in stops if each.scope == place.target.scope), None)
    framed, actor = frame(request), request.principal.actor
    wider = _wider(place, framed["above"])
    # Nothing of it is back on while it is off as a whole.
    held = list(held_over(place.target, request.principal, at=at))
    proofs = _proofs(place, stops, framed, at, is_held=wider is not None or stop is not None or bool(held))
    may_change = place.may_change(request.principal)
    return {
        **framed,
        "wider": wider,
        "is_held_off": wider is not None and is_whole(wider),
        "place": place,
        "tenant": place.tenant,
        "stop": stop,
        "stops": stops,
        "held_stops": held,
        "may_decide": may_everywhere(request, Permission.SWITCHES_GLOBAL),
        "proofs": proofs,
        "is_settled": all(proof.is_settled for proof in proofs),
        "is_late": any(proof.is_late for proof in proofs),
        "leaks": any(proof.leaks for proof in proofs),
        "is_stopped": stop is not None and is_whole(stop),
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


def _events(place: Place, stops: Sequence[Stop], at: datetime) -> list[StopEvent]:
    """Of the stops in force, and what has just been turned back on; newest first."""
    lately = Q(kind__in=_ENDINGS, at__gt=at - NEWS)
    return list(events_at(place.target).filter(Q(stop__in=stops) | lately))


def _ending(events: Sequence[StopEvent], stops: Sequence[Stop]) -> StopEvent | None:
    """The last turning back on, of what is not off again."""
    off = {stop.target for stop in stops}
    return next((each for each in events if each.kind in _ENDINGS and each.stop.target not in off), None)


def _reviews(place: Place) -> list[Stop]:
    """Awaiting somebody else's look, in force or lifted."""
    return list(stops_at(place.target).filter(review_at__isnull=False).order_by("review_at")[:5])


def _proofs(
    place: Place, stops: Sequence[Stop], framed: dict[str, Any], at: datetime, *, is_held: bool
) -> list[Proof]:  # fmt: skip
    """The turning back on that has just been, then how each stop in force began, and who joined it."""
    events = _events(place, stops, at) if stops or not is_held else []
    ending = None if is_held else _ending(events, stops)
    changes: dict[UUID, list[Change]] = defaultdict(list)
    for event in events:
        changes[event.stop_id].append(Change(event))
    made = [_proof(changes[stop.pk], at) for stop in stops]
    return [prove(ending, but=but(ending.stop, stops, framed), at=at), *made] if ending else made


def _proof(changes: Sequence[Change], at: datetime) -> Proof:
    """Of the changes of one stop, newest first. What has to be confirmed is the last that made it stricter."""
    made = changes[-1]
    joins = [change for change in changes[:-1] if change.event.kind == StopEvent.Kind.JOINED]
    telling = next((change for change in joins if not change.is_note), made)
    return prove(made.event, last=telling.event, joins=joins, at=at)
