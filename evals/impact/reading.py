"""All that is served, newest or was called of late, with its parts. Other contents are not read."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from costs.reports import Totals
from evals.impact.contents import passages_of
from evals.impact.index import Held, Part, index
from evals.impact.week import Week, read_week
from prompts.models import Prompt, PromptVersion, Release
from prompts.services import environment_order


class _Known(NamedTuple):
    prompt: UUID
    hash: str
    pushed_at: datetime


@dataclass(frozen=True)
class Impact:
    """`held`: versions by prompt, the one that callers get first, the newest last."""

    prompts: Mapping[UUID, Prompt]
    held: Mapping[UUID, tuple[Held, ...]]
    week: Week
    _by_prompt: Mapping[UUID, Mapping[str, Totals]] = field(repr=False)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return index(each for several in self.held.values() for each in several)

    def traffic(self, part: Part) -> Totals | None:
        """Of every version that carries it."""
        return self.week.of(part.carriers)

    def traffic_of(self, prompt: UUID, part: Part | None = None) -> Totals | None:
        """Of the prompt, or of those of its versions that carry the part."""
        found = self._by_prompt.get(prompt, {})
        wanted = found if part is None else found.keys() & part.carriers
        several = [found[version] for version in wanted]
        return sum(several[1:], several[0]) if several else None


def read(at: datetime) -> Impact:
    week = read_week(at)
    served, newest = _served(), _newest()
    known = {each.version: _Known(each.prompt, each.hash, each.pushed_at) for each in week.called}
    known |= newest | {pk: row for pk, (row, _) in served.items()}
    passages = passages_of(known.keys())
    held: defaultdict[UUID, list[Held]] = defaultdict(list)
    for pk, row in known.items():
        environments = served[pk][1] if pk in served else ()
        held[row.prompt].append(
            Held(row.prompt, pk, row.hash, row.pushed_at, environments, pk in newest, passages.get(pk, ()))
        )
    prompts = Prompt.objects.select_related("feature").order_by("name")
    ordered = {prompt: tuple(sorted(several, key=_order)) for prompt, several in held.items()}
    return Impact({prompt.pk: prompt for prompt in prompts}, ordered, week, week.by_prompt())


def _served() -> dict[UUID, tuple[_Known, tuple[str, ...]]]:
    rows = Release.objects.current().values_list(
        "version_id", "prompt_id", "version__hash", "version__pushed_at", "environment"
    )
    found: dict[UUID, tuple[_Known, tuple[str, ...]]] = {}
    for pk, prompt, digest, pushed_at, environment in sorted(rows, key=lambda row: environment_order(row[4])):
        before = found[pk][1] if pk in found else ()
        found[pk] = _Known(prompt, digest, pushed_at), (*before, environment)
    return found


def _newest() -> dict[UUID, _Known]:
    rows = PromptVersion.objects.order_by("prompt", "-number").distinct("prompt")
    found = rows.values_list("pk", "prompt_id", "hash", "pushed_at")
    return {pk: _Known(prompt, digest, pushed_at) for pk, prompt, digest, pushed_at in found}


def _order(held: Held) -> tuple[bool, tuple[bool, str], bool]:
    first = environment_order(held.environments[0]) if held.environments else (True, "")
    return not held.environments, first, held.is_newest
