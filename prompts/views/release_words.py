"""What a release does, and what stands in its way, in words."""

from datetime import UTC, datetime

from evals.pills import pill_of
from evals.services.promoting import Standing
from prompts.models import PromptVersion
from prompts.views.audience import ALL, LATER, Audience
from prompts.views.release_now import Now, Takes
from prompts.views.shifting import Shift


def button(version: PromptVersion, environment: str, audience: Audience, takes: Takes, shift: Shift | None) -> str:
    if "percent" in audience.faults:
        return f"Try {version} on the share above"
    time, without = _for(audience.due_at), "" if takes.is_green else " without a green verdict"
    if takes.somebody_else:
        return f"Ask for {'somebody who may release' if takes.another_role else 'a second person'}{time and f',{time}'}"
    if audience.when == LATER:
        return f"Plan {version}{time or ' for the time above'}{without}"
    return f"{does(version, environment, audience.people, is_canary=audience.is_canary, shift=shift)}{without}"


def hindrance(version: PromptVersion, environment: str, audience: Audience, now: Now) -> str:
    """What stands in its way, whatever is typed; empty: nothing."""
    if not audience.is_canary or now.already:
        return ""
    if now.live is None:
        return f"Nothing of {version.prompt} is served there: there is nothing to try {version} beside."
    if now.live.version_id == version.pk:
        return f"{environment} serves {version} to all of them already: there is nothing to try."
    return ""


def does(version: PromptVersion, environment: str, people: str, *, is_canary: bool, shift: Shift | None = None) -> str:
    """What is done, as a button says it."""
    if shift is not None:
        return f"{shift.verb} {version} {shift.span} in {environment}"
    if is_canary:
        return f"Try {version} on {people} in {environment}"
    return f"Release {version} to {environment if people == ALL else people}"


def verdict(standing: Standing) -> tuple[str, str]:
    """As a pill: its tone and word."""
    if standing.run is None:
        return "plain", "Not judged"
    pill = pill_of(standing.run)
    return pill.tone, pill.word


def _for(due_at: datetime | None) -> str:
    return f" for {due_at.astimezone(UTC):%a %-d %b %Y %H:%M} UTC" if due_at else ""
