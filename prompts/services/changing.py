"""Who changes what is served, and the row that it comes to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prompts.models import EVERYBODY, Prompt, PromptVersion, Release
from prompts.services.lanes import last_number
from tenants import audit, push, revisions
from tenants.actors import Actor
from tenants.clock import database_now
from tenants.models import Revision, Tenant

_ACTIONS = {
    Release.Kind.RELEASE: "prompt.released",
    Release.Kind.ROLLBACK: "prompt.rolled_back",
    Release.Kind.END: "prompt.ended",
}


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes what is served of a prompt in an environment: to everybody, or to one tenant."""

    prompt: Prompt
    environment: str
    tenant: Tenant | None
    note: str
    by: Actor
    at: datetime

    @property
    def where(self) -> str:
        return f"{self.tenant.slug} in {self.environment}" if self.tenant else self.environment

    @property
    def fields(self) -> dict[str, Any]:
        """What every release that comes of it has."""
        return {
            "prompt": self.prompt,
            "environment": self.environment,
            "tenant": self.tenant,
            "note": self.note,
            "made_at": self.at,
            "made_by_kind": self.by.kind,
            "made_by_id": self.by.id,
            "made_by_label": self.by.label,
        }


@contextmanager
def changing(
    prompt: Prompt, environment: str, tenant: Tenant | None, note: str, by: Actor, at: datetime | None
) -> Iterator[Change]:
    """Holds the revision's lock. The time is the database's once it is held, so that releases are in its order."""
    with revisions.changing(Revision.Name.CONFIG):
        yield Change(prompt, environment, tenant, note, by, at or database_now())


def append(
    change: Change,
    version: PromptVersion,
    kind: Release.Kind,
    before: Release | None,
    *,
    lane: Release.Lane | None = None,
    percent: int = EVERYBODY,
    override: str = "",
) -> Release:
    """To the lane of `before`, unless another is named."""
    made = Release.objects.create(
        version=version,
        lane=lane or (Release.Lane(before.lane) if before else Release.Lane.MAIN),
        percent=percent,
        number=last_number(change.prompt, change.environment) + 1,
        kind=kind,
        override_reason=override,
        **change.fields,
    )
    _tell(change, made, before)
    return made


def _tell(change: Change, made: Release, before: Release | None) -> None:
    audit.append_to_installation(
        actor=change.by,
        action=_ACTIONS[Release.Kind(made.kind)],
        object=change.prompt.name,
        payload=_facts(made, before),
        at=change.at,
    )
    push.after_commit(Revision.Name.CONFIG)


def _facts(made: Release, before: Release | None) -> dict[str, Any]:
    return {
        "environment": made.environment,
        "tenant": made.tenant.slug if made.tenant else None,
        "lane": made.lane,
        "before": {"version": before.version.hash if before else None, "percent": before.percent if before else 0},
        "after": {"version": None if made.has_ended else made.version.hash, "percent": made.percent},
        "note": made.note,
        "override": made.override_reason,
    }
