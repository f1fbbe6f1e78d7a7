"""What the form of the release page does, in words: to whoever comes back to one that was not sent."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, QueryDict

from prompts.models import PromptVersion
from prompts.views.audience import Audience, audience_of
from prompts.views.finding import find_environment, find_prompt, find_version
from prompts.views.looked_at import LookedAt
from prompts.views.release_words import does
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.resuming import Words
from tenants.scope import ALL, scope


def release(principal: Principal, posted: QueryDict, where: Mapping[str, Any]) -> Words:
    """Not there: whoever may not release, or a form that does not say which version and whom."""
    if principal.over(Permission.PROMPTS_RELEASE) != ALL:
        raise Http404
    with scope(ALL):
        version = find_version(find_prompt(where["name"]), posted.get("version", ""))
        environment = find_environment(posted.get("environment", ""))
        audience = audience_of(posted, now=datetime.now(UTC))
    what = f"{version.prompt}: {does(version, environment, audience.people, is_canary=audience.is_canary)}"
    title = f"{what}, at a time" if audience.due_at else what
    return Words(title, list(_typed(posted, audience)), _button(version, posted, audience))


def _button(version: PromptVersion, posted: QueryDict, audience: Audience) -> str:
    """What the page's own button was about; its page says the rest before anything is released."""
    was = LookedAt.parse(posted.get("seen", ""))
    if "look" in posted or not audience.is_whole or audience.faults:
        return "Go on with it"
    if was is not None and was.whom == "asks":
        return "Ask for it"
    return f"Plan {version}" if audience.due_at else f"Release {version}"


def _typed(posted: QueryDict, audience: Audience) -> Iterator[tuple[str, Sequence[str]]]:
    if audience.due_at:
        yield "Goes live", [f"{audience.due_at.astimezone(UTC):%a %-d %b %Y %H:%M} UTC"]
    if reason := posted.get("override", ""):
        yield "Why without a green verdict", [reason]
    if note := posted.get("note", ""):
        yield "Note", [note]
