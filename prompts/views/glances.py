"""What there is to know of every prompt before any of them is shown: how it stands, from one row of each lane."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from prompts.models import Prompt, PromptVersion, Release
from prompts.services import environment_order


@dataclass(frozen=True, slots=True)
class Glance:
    """`choice`: what it is by its lanes; `choices`: an orphan, or one that serves what is stopped, is that also."""

    prompt: UUID
    # Its newest version; None: it has none.
    newest: UUID | None
    choice: str
    choices: Collection[str]


class _Lane(NamedTuple):
    """What one serves now; `tenant`: None is everybody."""

    prompt: UUID
    environment: str
    tenant: UUID | None
    lane: str
    version: UUID

    @property
    def is_main(self) -> bool:
        return self.tenant is None and self.lane == Release.Lane.MAIN


class _Prompt(NamedTuple):
    pk: UUID
    is_orphan: bool
    newest: UUID | None


def glances(prompts: QuerySet[Prompt], stopped: Collection[UUID]) -> list[Glance]:
    """In the order of `prompts`. `stopped`: versions. Two queries and tuples alone: there may be thousands."""
    lanes = _lanes(prompts)
    return [_glance(each, lanes.get(each.pk, ()), stopped) for each in _prompts(prompts)]


def _glance(prompt: _Prompt, lanes: Sequence[_Lane], stopped: Collection[UUID]) -> Glance:
    choice = _choice(prompt, lanes)
    also = {"orphans": prompt.is_orphan, "stopped": any(lane.version in stopped for lane in lanes)}
    return Glance(prompt.pk, prompt.newest, choice, {choice, *(name for name, is_so in also.items() if is_so)})


def _choice(prompt: _Prompt, lanes: Sequence[_Lane]) -> str:
    main = _main(lanes)
    if main is None:
        return "" if lanes else "unreleased"
    return "ahead" if prompt.newest != main.version else ""


def _main(lanes: Iterable[_Lane]) -> _Lane | None:
    """What callers get; elsewhere alone, what the first environment gets."""
    mains = (lane for lane in lanes if lane.is_main)
    return min(mains, key=lambda lane: environment_order(lane.environment), default=None)


def _prompts(prompts: QuerySet[Prompt]) -> list[_Prompt]:
    newest = PromptVersion.objects.filter(prompt=OuterRef("pk")).order_by("-number").values("pk")[:1]
    rows = prompts.annotate(newest=Subquery(newest)).values_list("pk", "orphaned_at", "newest")
    return [_Prompt(pk, orphaned_at is not None, newest) for pk, orphaned_at, newest in rows]


def _lanes(prompts: QuerySet[Prompt]) -> Mapping[UUID, Sequence[_Lane]]:
    """By prompt, those that have not ended."""
    found: dict[UUID, list[_Lane]] = defaultdict(list)
    rows = Release.objects.filter(prompt__in=prompts.order_by().values("pk")).lasting()
    for row in rows.values_list("prompt_id", "environment", "tenant_id", "lane", "version_id"):
        found[row[0]].append(_Lane(*row))
    return found
