"""How a stop is shown, wherever it is."""

from datetime import datetime, timedelta

from django.template import Library
from django.utils.safestring import SafeString

from killswitch.models import Plan, Stop
from killswitch.scopes import InFlight, Mode
from killswitch.views.places import Place
from killswitch.views.places import off_words as words_of
from killswitch.words import STATES
from killswitch.words import opening as as_opening
from tenants.actors import Actor
from tenants.scope import is_over_all
from tenants.templatetags.marks import pill

register = Library()


register.filter("opening", as_opening)


@register.filter
def is_kept_from(stop: Stop, actor: Actor) -> bool:
    """The operator's, and not for this one of a tenant's people; the operator's own are told who of them may."""
    return stop.is_kept_from(actor) and not is_over_all()


@register.filter
def is_for_another_to_review(stop: Stop, actor: Actor) -> bool:
    return stop.is_for_another_to_review(actor)


@register.simple_tag
def stop_pill(stop: Stop) -> SafeString:
    kind = "bad" if stop.mode in (Mode.REFUSE, Mode.HANDOFF) and not stop.admits else "warn"
    return pill(kind, doing(stop))


@register.filter
def doing(stop: Stop) -> str:
    """Off, or what else it does."""
    return f"Trying again with {stop.admits}%" if stop.admits else STATES[stop.mode]


@register.filter
def becomes(plan: Plan) -> str:
    """What it will be then: Off, or what else it does."""
    return STATES[plan.mode]


@register.filter
def draining_until(stop: Stop, at: datetime) -> datetime | None:
    """When the last call that was under way has to be over; None once that is past."""
    if stop.in_flight != InFlight.DRAIN:
        return None
    end: datetime = stop.made_at + timedelta(seconds=stop.drain_seconds)
    return end if end > at else None


@register.filter
def off_words(stop: Stop, place: Place) -> str:
    return words_of(place, stop, is_off=stop.state == Stop.State.ACTIVE)


@register.filter
def unsure_words(stop: Stop, place: Place) -> str:
    """Of what some worker has not confirmed, or let calls through."""
    return words_of(place, stop, is_off=stop.state == Stop.State.ACTIVE, is_sure=False)
