"""What the forms of a target do, in words: to whoever comes back to one that was not sent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import QueryDict

from killswitch.forms import UNTIL, ReviewForm
from killswitch.models import Stop
from killswitch.scopes import InFlight, Mode, Scope
from killswitch.views.places import Place, place_at
from killswitch.words import CHOICES, UNDER_WAY
from tenants.models import Feature
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.resuming import Sent, Words
from tenants.scope import scope

type Lines = Sequence[tuple[str, Sequence[str]]]


def off(principal: Principal, sent: Sent) -> Words:
    place, features = _place(principal, sent.where), _features(sent.posted)
    what = f"{', '.join(features)} for {place.name}" if features else place.name
    title = "Stop AI for everyone" if place.is_everyone else f"Turn off {what}"
    return Words(title, list(_asked(sent.posted)), title, is_stop=True)


def plan(principal: Principal, sent: Sent) -> Words:
    words, posted = off(principal, sent), sent.posted
    times = [("From (UTC)", "starts_at"), ("Until (UTC)", "ends_at")]
    when = [(label, [str(posted[name]).replace("T", " ")]) for label, name in times if posted.get(name)]
    ends = [each for each in words.fields if each[0] != "Turn back on" or not posted.get("ends_at")]
    return Words(f"{words.title}, at a time", [*when, *ends], "Plan it")


def on(principal: Principal, sent: Sent) -> Words:
    place, features = _place(principal, sent.where), _features(sent.posted)
    what = "AI for everyone" if place.is_everyone else place.name
    title = f"Turn {f'{features[0]} of {what}' if features else what} back on"
    return Words(title, _note(sent.posted), title)


def not_off(where: Mapping[str, Any]) -> str:
    return f"{_addressed(where)} is not off yet."


def not_on(where: Mapping[str, Any]) -> str:
    return f"{_addressed(where)} is not back on yet."


def note(principal: Principal, sent: Sent) -> Words:
    return Words(f"Add a note to the stop of {_name(principal, sent.where)}", _note(sent.posted), "Add the note")


def review(principal: Principal, sent: Sent) -> Words:
    posted = sent.posted
    again = [("Look again", [label]) for value, label in ReviewForm.AGAIN.items() if value == posted.get("again")]
    found = [("What you found", [posted.get("note", "")]), *again]
    return Words(f"Record the review of the stop of {_name(principal, sent.where)}", found, "Record the review")


def _place(principal: Principal, where: Mapping[str, Any]) -> Place:
    with scope(principal.over(Permission.SWITCHES_READ)):
        return place_at(principal, **where)


def _name(principal: Principal, where: Mapping[str, Any]) -> str:
    place = _place(principal, where)
    return "everyone" if place.is_everyone else place.name


def _addressed(where: Mapping[str, Any]) -> str:
    if where.get("scope") == Scope.GLOBAL:
        return "AI for everyone"
    return str(where.get("ref") or where.get("slug"))


def _features(posted: QueryDict) -> list[str]:
    chosen = Feature.objects.filter(slug__in=posted.getlist("feature"))
    return list(chosen.order_by("name").values_list("name", flat=True))


def _note(posted: QueryDict) -> Lines:
    said = posted.get("note", "")
    return [("Note", [said])] if said else []


def _asked(posted: QueryDict) -> Iterator[tuple[str, Sequence[str]]]:
    """What was chosen; what stands there by itself is left out."""
    reason, mode, under_way = posted.get("reason", ""), posted.get("mode", ""), posted.get("in_flight", "")
    if reason in Stop.Reason:
        yield "Reason", [Stop.Reason(reason).label]
    yield "Turn back on", [UNTIL.get(posted.get("until", ""), UNTIL[""])]
    yield from _note(posted)
    if mode in CHOICES and mode != Mode.REFUSE:
        yield "Callers get", [CHOICES[Mode(mode)]]
    if message := posted.get("message", ""):
        yield "They are told", [message]
    if under_way in UNDER_WAY and under_way != InFlight.CUT:
        seconds = f", {posted.get('drain_seconds')} s" if under_way == InFlight.DRAIN else ""
        yield "Calls under way", [f"{UNDER_WAY[InFlight(under_way)]}{seconds}"]
