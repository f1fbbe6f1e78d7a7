"""Somebody else looks at a stop that was made in haste, or that no clock ends."""

from datetime import datetime

from killswitch import history
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from tenants import revisions
from tenants.actors import Actor, ActorKind
from tenants.models import Revision
from tenants.refusals import Conflict, Invalid, NotAllowed


class ReviewsOwn(NotAllowed):
    code = "needs_another"


def review(
    stop: Stop,
    *,
    by: Actor,
    note: str,
    again_at: datetime | None = None,
    at: datetime,
    origin: Stop.Origin = Stop.Origin.CONSOLE,
) -> StopEvent:
    """`again_at`: when to look again at one that stays in force. Whoever made it is not who reviews it."""
    if stop.is_by(by):
        raise ReviewsOwn(f"You turned off {stop.what}: somebody else reviews it.")
    if stop.takes_two and stop.state == Stop.State.ACTIVE and by.kind != ActorKind.USER:
        # It would count for nothing, and nobody could review it after.
        raise NotAllowed(f"{stop.what} was turned off by breaking the glass: a person reviews it, no key.")
    if not note.strip():
        raise Invalid("note", "say what you found.")
    if again_at is not None and again_at <= at:
        raise Invalid("again_at", f"{again_at:%Y-%m-%d %H:%M} UTC is not in the future.")
    with revisions.changing(Revision.Name.STOPS):
        stop.refresh_from_db()
        if stop.review_at is None:
            raise Conflict("There is nothing to review: nobody asked for it, or somebody has done so already.")
        before = history.state_of(stop)
        stop.review_at = again_at
        stop.revision, stop.version = revisions.bump(Revision.Name.STOPS), stop.version + 1
        stop.save(update_fields=["review_at", "version", "revision"])
        return history.write(stop, Change(StopEvent.Kind.REVIEWED, before, stop.reason, note, by, at, origin=origin))
