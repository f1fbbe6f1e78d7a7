"""What a release does, and what stands in its way, in words."""

from datetime import UTC, datetime

from evals.pills import pill_of
from evals.services.promoting import Standing
from prompts import services
from prompts.models import PromptVersion
from prompts.views.audience import ALL, LATER, Audience
from prompts.views.release_now import Now, Takes
from prompts.views.shifting import Shift


def button(
    version: PromptVersion,
    environment: str,
    audience: Audience,
    takes: Takes,
    shift: Shift | None,
    *,
    keeps: bool = False,
) -> str:
    if "percent" in audience.faults:
        return f"Try {version} on the share above"
    time, without = _for(audience.due_at), "" if takes.is_green else " without a green verdict"
    if takes.somebody_else:
        return f"Ask for {'somebody who may release' if takes.another_role else 'a second person'}{time and f',{time}'}"
    if audience.when == LATER:
        return f"Plan {version}{time or ' for the time above'}{without}"
    if keeps and audience.tenant:
        return f"Keep {audience.tenant.name} on {version} in {environment}"
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


def since_then(environment: str, takes: Takes) -> str:
    """Why somebody else has to let it go live who did not have to when the button was drawn, or the other way round."""
    how = "The button asks for one now: press it again. Nothing you entered is lost."
    if not takes.somebody_else:
        return f"Nobody else has to let it go live in {environment} any more: press again, and you release it."
    if takes.protection is not None and takes.protection.second_person:
        return f"{environment} takes a second person since you opened this page. {how}"
    if takes.another_role and takes.protection is not None:
        who = takes.protection.get_role_display().lower()
        return f"Only {who}s release to {environment} since you opened this page. {how}"
    return f"No green verdict speaks for it any more, and you pushed it: a second person has to let it go live. {how}"


def keeping(version: PromptVersion, environment: str, audience: Audience) -> str:
    """What a version of its own changes for a tenant that gets it as everybody does."""
    name = audience.tenant.name if audience.tenant else ""
    trial = services.canary(version.prompt, environment)
    back = f" Those of its people who are in the canary of {trial.version} get {version} again." if trial else ""
    return (
        f"{name} gets {version} already, as everybody does, so it needs no verdict. From now on it keeps it, whatever "
        f"everybody gets, and is in no canary of everybody’s.{back}"
    )


def verdict(standing: Standing) -> tuple[str, str]:
    """As a pill: its tone and word."""
    if standing.run is None:
        return "plain", "Not judged"
    pill = pill_of(standing.run)
    return pill.tone, pill.word


def _for(due_at: datetime | None) -> str:
    return f" for {due_at.astimezone(UTC):%a %-d %b %Y %H:%M} UTC" if due_at else ""
