"""What the release page shows of a version, an environment and an audience."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Self

from django.urls import reverse

from prompts import services
from prompts.diffing import diff
from prompts.forms import ReleaseForm
from prompts.models import PromptVersion
from prompts.views import release_words
from prompts.views.audience import LATER, SHARES, TENANT, TO, WHEN, Audience
from prompts.views.chosen import Chosen
from prompts.views.finding import environments, listed_versions
from prompts.views.kept import kept
from prompts.views.looked_at import LookedAt
from prompts.views.release_now import Now, Takes
from prompts.views.shifting import Shift
from prompts.views.taken_back import taken_back
from prompts.views.wording import Happened
from tenants.actors import Actor

_CHOICES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    place: Chosen
    audience: Audience
    form: ReleaseForm
    by: Actor
    at: datetime
    now: Now
    takes: Takes
    overtaken: Happened | None = None
    # What the button spoke of that was pressed, and comes to something else by now.
    was: LookedAt | None = None
    said: str = ""
    is_looking: bool = False
    focus: str = ""

    @property
    def version(self) -> PromptVersion:
        return self.place.version

    @property
    def environment(self) -> str:
        return self.place.environment

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
    def looked_at(self) -> LookedAt:
        choice = f"{self.version.hash[:12]}:{self.environment}:{self.audience.seen}"
        return LookedAt(choice, "asks" if self.asks else "alone", self._act)

    @property
    def seen(self) -> str:
        """Of a button that comes to something else by now it is not seen yet what it comes to."""
        return str(self.was or self.looked_at)

    @property
    def _act(self) -> str:
        if self.shift is not None:
            return self.shift.verb.lower()
        if self.audience.is_canary:
            return "try"
        if self.keeps:
            return "keep"
        return "release" if self.now.live else "first"

    @property
    def hindrance(self) -> str:
        return release_words.hindrance(self.version, self.environment, self.audience, self.now)

    @property
    def button(self) -> str:
        return release_words.button(
            self.version, self.environment, self.audience, self.takes, self.shift, keeps=self.keeps
        )

    @property
    def keeps(self) -> bool:
        """A tenant gets it as everybody does, and is to have it of its own."""
        return self.audience.tenant is not None and not self.audience.is_canary and self.now.serves(self.version)

    @property
    def has_button(self) -> bool:
        return not (self.now.already or self.hindrance or self.is_taken) and self.audience.is_whole

    @property
    def shift(self) -> Shift | None:
        """Of a canary's share, where this version is tried already."""
        return Shift.of(self.version, self.now.canary, self.now.live, self.audience)

    def with_fault(self, name: str, why: str) -> Self:
        return replace(self, audience=replace(self.audience, faults={**self.audience.faults, name: why}))

    def saying(self, why: str) -> Self:
        return replace(self, said=why)

    def anew(self) -> "Drawn":
        """As things are now."""
        return draw(self.place, self.audience, self.form, by=self.by, at=datetime.now(UTC))

    def context(self) -> dict[str, Any]:
        prompt, live = self.version.prompt, self.now.live
        return {
            "page": self,
            "prompt": prompt,
            "version": self.version,
            "environment": self.environment,
            "audience": self.audience,
            "focus": self.focus,
            "form": self.form,
            "live": live,
            "canary": self.now.canary,
            "kept": None if self.audience.tenant else kept(prompt, self.environment),
            "diff": diff(live.version.bundle, self.version.bundle) if live else None,
            "standings": [(each, release_words.verdict(each)) for each in self.takes.standings],
            "expected": self._expected,
            "overtaken": self.overtaken,
            "is_another": self.was is not None,
            "does": self.button if self.has_button else "",
            "taken_back": taken_back(self.version, self.environment, self.audience.tenant),
            "keeps": release_words.keeping(self.version, self.environment, self.audience) if self.keeps else "",
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
            "versions": self._versions(),
            "environments": environments(self.version.prompt),
            "elsewhere": services.protection_of(services.PRODUCTION),
        }

    def _versions(self) -> list[PromptVersion]:
        """The newest, and the one that is looked at."""
        newest = list(listed_versions(self.version.prompt)[:_CHOICES])
        return newest if self.version in newest else [*newest, self.version]

    @property
    def _expected(self) -> int:
        """What it was sent with, so that a change since then is still told."""
        sent = getattr(self.form, "cleaned_data", {})
        is_kept = (self.form.is_bound and self.form.is_valid()) or "expected" in sent
        return int(self.form.cleaned_data.get("expected", self.now.last_number)) if is_kept else self.now.last_number


def draw(place: Chosen, audience: Audience, form: ReleaseForm, *, by: Actor, at: datetime) -> Drawn:
    drawn = Drawn(
        place=place,
        audience=audience,
        form=form,
        by=by,
        at=at,
        now=Now.of(place.version, place.environment, audience),
        takes=Takes.of(place.version, place.environment, audience, by=by, at=at),
    )
    return drawn.with_fault("environment", place.fault) if place.fault else drawn
