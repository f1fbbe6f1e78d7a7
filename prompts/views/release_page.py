"""What the release page shows of a version, an environment and an audience."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

from django.urls import reverse

from prompts import services
from prompts.diffing import diff
from prompts.forms import ReleaseForm
from prompts.models import PromptVersion, Release
from prompts.views import release_words
from prompts.views.audience import LATER, SHARES, TENANT, TO, WHEN, Audience
from prompts.views.finding import environments, listed_versions
from prompts.views.kept import kept
from prompts.views.release_now import Now, Takes
from prompts.views.shifting import Shift
from tenants.actors import Actor

_CHOICES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    version: PromptVersion
    environment: str
    audience: Audience
    form: ReleaseForm
    by: Actor
    at: datetime
    now: Now
    takes: Takes
    changed: Release | None = None
    said: str = ""
    is_looking: bool = False

    @property
    def asks(self) -> bool:
        return self.takes.somebody_else

    @property
    def waits(self) -> bool:
        """It is not released when the button is pressed, but asked for or planned."""
        return self.asks or self.audience.when == LATER

    @property
    def is_taken(self) -> bool:
        """Another waits there already, and only one can."""
        return self.waits and self.now.open_plan is not None

    @property
    def seen(self) -> str:
        return f"{self.audience.seen}:{'asks' if self.asks else 'alone'}"

    @property
    def hindrance(self) -> str:
        return release_words.hindrance(self.version, self.environment, self.audience, self.now)

    @property
    def button(self) -> str:
        return release_words.button(self.version, self.environment, self.audience, self.takes, self.shift)

    @property
    def shift(self) -> Shift | None:
        """Of a canary's share, where this version is tried already."""
        return Shift.of(self.version, self.now.canary, self.now.live, self.audience)

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
        prompt, live = self.version.prompt, self.now.live
        return {
            "page": self,
            "prompt": prompt,
            "version": self.version,
            "environment": self.environment,
            "audience": self.audience,
            "form": self.form,
            "live": live,
            "canary": self.now.canary,
            "kept": None if self.audience.tenant else kept(prompt, self.environment),
            "diff": diff(live.version.bundle, self.version.bundle) if live else None,
            "standings": [(each, release_words.verdict(each)) for each in self.takes.standings],
            "expected": self._expected,
            "changed": self.changed,
            "action": reverse(
                "prompts:prompt-release",
                args=[prompt.name],
                query={"version": self.version.hash, "environment": self.environment},
            ),
            "at": self.at,
            **self._choices(),
        }

    def _choices(self) -> dict[str, Any]:
        """What else can be chosen on the page."""
        return {
            "to_choices": TO,
            "when_choices": WHEN,
            "shares": (*SHARES, 100) if self.audience.to == TENANT else SHARES,
            "versions": listed_versions(self.version.prompt)[:_CHOICES],
            "environments": environments(self.version.prompt),
            "elsewhere": services.protection_of(services.PRODUCTION),
        }

    @property
    def _expected(self) -> int:
        """What it was sent with, so that a change since then is still told."""
        sent = getattr(self.form, "cleaned_data", {})
        is_kept = (self.form.is_bound and self.form.is_valid()) or "expected" in sent
        return int(self.form.cleaned_data.get("expected", self.now.last_number)) if is_kept else self.now.last_number


def draw(
    version: PromptVersion, environment: str, audience: Audience, form: ReleaseForm, *, by: Actor, at: datetime
) -> Drawn:
    return Drawn(
        version=version,
        environment=environment,
        audience=audience,
        form=form,
        by=by,
        at=at,
        now=Now.of(version, environment, audience),
        takes=Takes.of(version, environment, audience, by=by, at=at),
    )
