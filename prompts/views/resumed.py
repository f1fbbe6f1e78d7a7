"""What the forms of prompts do, in words: to whoever comes back to one that was not sent. One table for all of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.http import Http404

from evals.services import planning
from prompts import services
from prompts.forms import MAY_RELEASE, SECOND_PERSON
from prompts.models import EVERYBODY, PlannedRelease, PromptVersion
from prompts.views.aims import What, find_aim
from prompts.views.audience import Audience, audience_of, people
from prompts.views.back_words import button, end_button, end_heading, heading
from prompts.views.finding import find_environment, find_prompt, find_version
from prompts.views.lane import Lane
from prompts.views.looked_at import LookedAt
from prompts.views.release_words import does
from prompts.views.shifting import Shift
from prompts.views.trying import PREFIX
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.refusals import NotFound
from tenants.resuming import Sent, Words, said_as
from tenants.scope import ALL, scope

type _Fields = Iterator[tuple[str, list[str]]]

# Where what is told would be another by now: its page says what it comes to.
_GO_ON: Final = "Go on with it"


@dataclass(frozen=True, slots=True)
class Form:
    says: Callable[[Sent], Words]
    # Before the login, to whoever sent it.
    not_done: str
    permission: Permission = Permission.PROMPTS_RELEASE


def worded[V: Callable[..., Any]](name: str) -> Callable[[V], V]:
    """Outermost on the view of a form: its words, of the table."""
    form = FORMS[name]

    def says(principal: Principal, sent: Sent) -> Words:
        """Not there: whoever may not send it, or a form that does not say what it is about."""
        if principal.over(form.permission) != ALL:
            raise Http404
        with scope(ALL):
            return form.says(sent)

    return said_as(says, not_done=lambda where: form.not_done)


def _release(sent: Sent) -> Words:
    """Also of a canary, of another share of one, and of a plan."""
    version = find_version(find_prompt(sent.where["name"]), sent.posted.get("version", ""))
    environment, now = find_environment(sent.posted.get("environment", "")), datetime.now(UTC)
    audience = audience_of(sent.posted, now=now)
    what = _does(version, environment, audience)
    title = f"{version.prompt}: {what}{', at a time' if audience.due_at else ''}"
    return Words(title, list(_of_release(sent, audience)), _pressed(version, sent, audience, what))


def _does(version: PromptVersion, environment: str, audience: Audience) -> str:
    canary = services.canary(version.prompt, environment, audience.tenant) if audience.is_canary else None
    beside = services.served(version.prompt, environment, audience.tenant) if canary else None
    shift = Shift.of(version, canary, beside, audience)
    return does(version, environment, audience.people, is_canary=audience.is_canary, shift=shift)


def _pressed(version: PromptVersion, sent: Sent, audience: Audience, what: str) -> str:
    """What the page's own button was about; its page says the rest before anything is released."""
    was = LookedAt.parse(sent.posted.get("seen", ""))
    if "look" in sent.posted or not audience.is_whole or audience.faults:
        return _GO_ON
    if was is not None and was.whom == "asks":
        return "Ask for it"
    if audience.due_at:
        return f"Plan {version}"
    return what if audience.is_canary else f"Release {version}"


def _of_release(sent: Sent, audience: Audience) -> _Fields:
    if audience.due_at:
        yield "Goes live", [f"{audience.due_at.astimezone(UTC):%a %-d %b %Y %H:%M} UTC"]
    if reason := sent.posted.get("override", ""):
        yield "Why without a green verdict", [reason]
    yield from _note(sent)


def _rollback(sent: Sent) -> Words:
    """Also of the end of a canary."""
    lane = Lane.named(sent.where["name"], sent.query)
    aim = find_aim(lane, sent.query)
    pressed = button(lane, aim)
    if aim is None or not pressed or aim.is_reached(lane):
        return Words(f"Roll {lane.prompt} back {lane.where}", list(_note(sent)), _GO_ON)
    title = heading(lane, aim, is_done=False, has_others=False).removesuffix("?")
    return Words(title, list(_note(sent)), pressed, is_stop=aim.what is What.OWN and aim.version is None)


def _end(sent: Sent) -> Words:
    lane = Lane.named(sent.where["name"], sent.query)
    is_stop = lane.tenant is None or lane.common is None
    return Words(end_heading(lane).removesuffix("?"), list(_note(sent)), end_button(lane), is_stop=is_stop)


def _approve(sent: Sent) -> Words:
    plan = _plan(sent)
    what = does(plan.version, plan.environment, people(plan.percent, plan.tenant), is_canary=plan.percent < EVERYBODY)
    due = f"it goes live {plan.due_at.astimezone(UTC):%a %-d %b %Y %H:%M} UTC" if plan.due_at else what
    fields = [("Asked for by", [plan.asked_by_label]), *_note(sent)]
    return Words(f"{plan.prompt}: {what}", fields, f"Approve: {due}")


def _decline(sent: Sent) -> Words:
    plan = _plan(sent)
    fields = _note(sent, "Why it is not to go live")
    return Words(f"Decline {plan.prompt} {plan.version} for {plan.where}", list(fields), f"Decline {plan.version}")


def _cancel(sent: Sent) -> Words:
    plan = _plan(sent)
    title = f"Cancel the release of {plan.prompt} {plan.version} to {plan.where}"
    return Words(title, list(_note(sent)), f"Cancel: {plan.version} does not go live")


def _protect(sent: Sent) -> Words:
    environment = find_environment(sent.where["environment"])
    role, second = (sent.posted.get(name, "") for name in ("role", "second_person"))
    chosen = [("Who may release", MAY_RELEASE.get(role)), ("A second person approves each", SECOND_PERSON.get(second))]
    fields = [(label, [word]) for label, word in chosen if word]
    return Words(f"Change what a release to {environment} takes", fields, f"Change what {environment} takes")


def _preview(sent: Sent) -> Words:
    version = find_version(find_prompt(sent.where["name"]), sent.where["version"])
    given = [(name.removeprefix(PREFIX), values) for name, values in sent.posted.lists() if name.startswith(PREFIX)]
    return Words(f"Render {version.prompt} {version} with these variables", given, "Render")


def _plan(sent: Sent) -> PlannedRelease:
    try:
        return planning.find_planned(sent.where["plan_id"])
    except NotFound as missing:
        raise Http404 from missing


def _note(sent: Sent, label: str = "Note") -> _Fields:
    if note := sent.posted.get("note", ""):
        yield label, [note]


FORMS: Final[Mapping[str, Form]] = {
    "release": Form(_release, "Nothing is released yet."),
    "rollback": Form(_rollback, "Nothing is rolled back yet."),
    "end": Form(_end, "Nothing has ended yet."),
    "approve": Form(_approve, "It is not approved yet."),
    "decline": Form(_decline, "It is not declined yet."),
    "cancel": Form(_cancel, "It is not cancelled yet."),
    "protect": Form(_protect, "What a release takes is not changed yet.", Permission.PROMPTS_PROTECT),
    "preview": Form(_preview, "Nothing is rendered yet.", Permission.PROMPTS_READ),
}
