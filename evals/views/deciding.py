"""What became of the version that a run judged, and what this person may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from evals import services
from evals.models import Run
from prompts.models import Release
from prompts.services import PRODUCTION, environment_order
from tenants.actors import Actor
from tenants.http import TenantRequest, may_everywhere
from tenants.permissions import Permission

# What is only live elsewhere waits for its decision all the same.
DECIDED_IN: Final = PRODUCTION


@dataclass(frozen=True, slots=True)
class Decision:
    """`live_in`: environments that serve it now. `needs_another`: this person pushed it, and no verdict is green."""

    live_in: Sequence[str]
    was_live: bool
    without_verdict: bool
    needs_another: bool
    may_release: bool
    release_url: str

    @property
    def is_made(self) -> bool:
        return DECIDED_IN in self.live_in


def decision_on(request: TenantRequest, run: Run) -> Decision:
    current = Release.objects.filter(prompt=run.prompt_id).current()
    live = {release.environment: release for release in current if release.version_id == run.head_id}
    decided = live.get(DECIDED_IN)
    return Decision(
        live_in=sorted(live, key=environment_order),
        was_live=Release.objects.to_all().filter(version=run.head_id, environment=DECIDED_IN).exists(),
        without_verdict=decided is not None and bool(decided.override_reason),
        needs_another=_needs_another(run, request.principal.actor),
        may_release=may_everywhere(request, Permission.PROMPTS_RELEASE) and not run.is_measured_alone,
        release_url=reverse("prompts:prompt-release", args=[run.prompt], query={"version": run.head.hash}),
    )


def _needs_another(run: Run, actor: Actor) -> bool:
    return run.verdict != Run.Verdict.PASS and services.needs_another(run.head, actor)
