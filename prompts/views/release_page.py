"""What the release page shows of a version, an environment and an audience."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

from django.urls import reverse

from evals import services as evals
from evals.pills import pill_of
from evals.services.planning.finding import open_plan
from evals.services.promoting import Standing
from prompts import services
from prompts.diffing import diff
from prompts.forms import ReleaseForm
from prompts.models import PlannedRelease, PromptVersion, Protection, Release
from prompts.views.audience import ALL, LATER, SHARES, TENANT, TO, WHEN, Audience
from prompts.views.finding import environments, is_known, listed_versions
from prompts.views.kept import kept
from prompts.views.pressing import serves
from prompts.views.shifting import Shift
from tenants.actors import Actor
from tenants.refusals import NotAllowed

_CHOICES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    version: PromptVersion
    environment: str
    audience: Audience
    form: ReleaseForm
    by: Actor
    at: datetime
    # What this audience gets now who are in no canary.
    live: Release | None
    already: Release | None
    # Beside what everybody gets, or beside the tenant's own.
    canary: Release | None
    last_number: int
    standings: Sequence[Standing]
    # Why they may not release it by themselves; None: they may.
    alone: NotAllowed | None
    protection: Protection | None
    # The one that waits for the same lane.
    open_plan: PlannedRelease | None
    # Some key, release or protection names the environment; else it may be a slip of the keys.
    is_known: bool
    changed: Release | None = None
    said: str = ""
    is_looking: bool = False

    @property
    def is_green(self) -> bool:
        return not any(each.why for each in self.standings)

    @property
    def asks(self) -> bool:
        return self.alone is not None

    @property
    def waits(self) -> bool:
        """It is not released when the button is pressed, but asked for or planned."""
        return self.asks or self.audience.when == LATER

    @property
    def seen(self) -> str:
        return f"{self.audience.seen}:{'asks' if self.asks else 'alone'}"

    @property
    def hindrance(self) -> str:
        """What stands in its way, whatever is typed; empty: nothing."""
        audience, prompt = self.audience, self.version.prompt
        if not audience.is_canary or self.already:
            return ""
        if self.live is None:
            return f"Nothing of {prompt} is served there: there is nothing to try {self.version} beside."
        if self.live.version_id == self.version.pk:
            return f"{self.environment} serves {self.version} to all of them already: there is nothing to try."
        return ""

    @property
    def button(self) -> str:
        audience, version = self.audience, self.version
        if "percent" in audience.faults:
            return f"Try {version} on the share above"
        time = f" for {audience.due_at.astimezone(UTC):%a %-d %b %Y %H:%M} UTC" if audience.due_at else ""
        if self.asks:
            is_role = getattr(self.alone, "code", "") == "needs_role"
            return f"Ask for {'somebody who may release' if is_role else 'a second person'}{time and f',{time}'}"
        if audience.when == LATER:
            return f"Plan {version}{time or ' for the time above'}{self._without}"
        return f"{self.does}{self._without}"

    @property
    def does(self) -> str:
        audience = self.audience
        return does(self.version, self.environment, audience.people, is_canary=audience.is_canary, shift=self.shift)

    @property
    def shift(self) -> Shift | None:
        """Of a canary's share, where this version is tried already."""
        return Shift.of(self.version, self.canary, self.live, self.audience)

    @property
    def _without(self) -> str:
        return "" if self.is_green else " without a green verdict"

    def with_fault(self, name: str, why: str) -> Self:
        return replace(self, audience=replace(self.audience, faults={**self.audience.faults, name: why}))

    def saying(self, why: str) -> Self:
        return replace(self, said=why)

    def overtaken(self, by: Release | None) -> "Drawn":
        return replace(self.anew(), changed=by)

    def anew(self) -> "Drawn":
        """As things are now."""
        return draw(self.version, self.environment, self.audience, self.form, by=self.by, at=datetime.now(UTC))

    def context(self) -> dict[str, Any]:
        prompt, live = self.version.prompt, self.live
        return {
            "page": self,
            "prompt": prompt,
            "version": self.version,
            "environment": self.environment,
            "audience": self.audience,
            "form": self.form,
            "live": live,
            "kept": None if self.audience.tenant else kept(prompt, self.environment),
            "diff": diff(live.version.bundle, self.version.bundle) if live else None,
            "standings": [(each, verdict(each)) for each in self.standings],
            "expected": self.form.cleaned_data.get("expected", self.last_number) if self._is_kept else self.last_number,
            "changed": self.changed,
            "action": reverse(
                "prompts:prompt-release",
                args=[prompt.name],
                query={"version": self.version.hash, "environment": self.environment},
            ),
            "to_choices": TO,
            "when_choices": WHEN,
            "shares": (*SHARES, 100) if self.audience.to == TENANT else SHARES,
            "versions": listed_versions(prompt)[:_CHOICES],
            "environments": environments(prompt),
            "elsewhere": services.protection_of(services.PRODUCTION),
            "at": self.at,
        }

    @property
    def _is_kept(self) -> bool:
        """What it was sent with, so that a change since then is still told."""
        return (self.form.is_bound and self.form.is_valid()) or "expected" in getattr(self.form, "cleaned_data", {})


def draw(
    version: PromptVersion, environment: str, audience: Audience, form: ReleaseForm, *, by: Actor, at: datetime
) -> Drawn:
    prompt, tenant = version.prompt, audience.tenant
    standings = list(evals.standings(version, environment, tenant))
    return Drawn(
        version=version,
        environment=environment,
        audience=audience,
        form=form,
        by=by,
        at=at,
        live=services.served(prompt, environment, tenant),
        already=serves(version, environment, audience) if audience.is_whole else None,
        canary=services.canary(prompt, environment, tenant),
        last_number=services.last_number(prompt, environment),
        standings=standings,
        alone=evals.refused_alone(version, environment, unproven=any(s.why for s in standings), by=by, at=at),
        protection=services.protection_of(environment),
        open_plan=open_plan(prompt, environment, tenant),
        is_known=is_known(environment),
    )


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
