"""What a release would meet: what is served there now, and what it takes to release there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from evals import services as evals
from evals.services.planning.finding import open_plan
from evals.services.promoting import Standing
from prompts import services
from prompts.models import PlannedRelease, PromptVersion, Protection, Release
from prompts.views.audience import Audience
from prompts.views.finding import is_known
from prompts.views.pressing import serves
from tenants.actors import Actor
from tenants.refusals import NotAllowed


@dataclass(frozen=True, slots=True)
class Now:
    """Of the lane that a release is for."""

    # What this audience gets now who are in no canary.
    live: Release | None
    already: Release | None
    # Beside what everybody gets, or beside the tenant's own.
    canary: Release | None
    last_number: int
    # The one that waits for the same lane.
    open_plan: PlannedRelease | None
    # Some key, release or protection names the environment; else it may be a slip of the keys.
    is_known: bool

    @classmethod
    def of(cls, version: PromptVersion, environment: str, audience: Audience) -> Self:
        prompt, tenant = version.prompt, audience.tenant
        return cls(
            live=services.served(prompt, environment, tenant),
            already=serves(version, environment, audience) if audience.is_whole else None,
            canary=services.canary(prompt, environment, tenant),
            last_number=services.last_number(prompt, environment),
            open_plan=open_plan(prompt, environment, tenant),
            is_known=is_known(environment),
        )

    def serves(self, version: PromptVersion) -> bool:
        """To whom it is for, though by another lane."""
        return self.already is None and self.live is not None and self.live.version_id == version.pk


@dataclass(frozen=True, slots=True)
class Takes:
    """What a release of this version by this person takes."""

    standings: Sequence[Standing]
    # Why they may not release it by themselves; None: they may.
    alone: NotAllowed | None
    protection: Protection | None

    @classmethod
    def of(cls, version: PromptVersion, environment: str, audience: Audience, *, by: Actor, at: datetime) -> Self:
        standings = list(evals.standings(version, environment, audience.tenant))
        unproven = any(each.why for each in standings)
        alone = evals.refused_alone(version, environment, unproven=unproven, by=by, at=at)
        return cls(standings, alone, services.protection_of(environment))

    @property
    def is_green(self) -> bool:
        return not any(each.why for each in self.standings)

    @property
    def somebody_else(self) -> bool:
        return self.alone is not None

    @property
    def another_role(self) -> bool:
        """Not a second person is missing, but one who may release there at all."""
        return getattr(self.alone, "code", "") == "needs_role"
