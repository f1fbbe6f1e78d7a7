"""Add to a stop's history what one did not have the time to say when it was made."""

from datetime import datetime

from killswitch import history
from killswitch.history import Change
from killswitch.models import Stop, StopEvent
from killswitch.models.event import NOTE
from tenants import revisions
from tenants.actors import Actor
from tenants.models import Revision
from tenants.refusals import Conflict, Invalid


def note(stop: Stop, text: str, *, by: Actor, at: datetime) -> StopEvent:
    """Changes nothing else of a stop in force. Whoever lifts it reads it first, as of one who joined."""
    if not text.strip():
        raise Invalid("note", "say what you know.")
    with revisions.changing(Revision.Name.STOPS):
        stop.refresh_from_db()
        if stop.state != Stop.State.ACTIVE:
            raise Conflict(f"{stop.what} is back on; its history is closed.")
        before = history.state_of(stop)
        stop.revision, stop.version = revisions.bump(Revision.Name.STOPS), stop.version + 1
        stop.save(update_fields=["version", "revision"])
        change = Change(StopEvent.Kind.JOINED, before, stop.reason, text, by, at, evidence={NOTE: True})
        return history.write(stop, change)
