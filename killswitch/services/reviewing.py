"""Somebody else looks at a stop that was made in haste, or that no clock ends."""

from datetime import datetime

from killswitch import history
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from killswitch.services.lifting import check_theirs
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
    if not note.strip():
        raise Invalid("note", "say what you found.")
    if again_at is not None and again_at <= at:
        raise Invalid("again_at", f"{again_at:%Y-%m-%d %H:%M} UTC is not in the future.")
    with revisions.changing(Revision.Name.STOPS):
        stop.refresh_from_db()
        check_theirs(stop, by)
        _check_reviewer(stop, by)
        if stop.review_at is None:
            raise Conflict("There is nothing to review: nobody asked for it, or somebody has done so already.")
        before = history.state_of(stop)
        stop.review_at = again_at
        stop.revision, stop.version = revisions.bump(Revision.Name.STOPS), stop.version + 1
        stop.save(update_fields=["review_at", "version", "revision"])
        return history.write(stop, Change(StopEvent.Kind.REVIEWED, before, stop.reason, note, by, at, origin=origin))


def _check_reviewer(stop: Stop, by: Actor) -> None:
    if stop.takes_two and stop.state == Stop.State.ACTIVE and by.kind != ActorKind.USER:
        # It would count for nothing, and nobody could review it after.
        raise NotAllowed(f"Nobody knows for sure who turned off {stop.what}: a person reviews it, no key.")
    if stop.is_for_another_to_review(by):
        keys = ", in person or with a key that they made" if by.kind == ActorKind.KEY else ""
        raise ReviewsOwn(f"Whoever turned off {stop.what} does not review it: somebody else reviews it{keys}.")
