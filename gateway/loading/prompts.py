"""Read what prompts are served where, and which versions may be pinned.

A version never changes: what an earlier reading has fetched, and compiled, is taken over.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db.models import Q

from gateway.config import Prompt, PromptVersion
from gateway.loading.prompt_text import PromptText, Unusable
from prompts import models

# Newest first; of a prompt with a longer history what is live, and was, is still known.
_KEPT: Final = 50

type Report = Callable[[str], None]


def load_prompts(report: Report, before: Mapping[str, Prompt]) -> dict[str, Prompt]:
    known = {version.id: version for prompt in before.values() for version in prompt.versions}
    served, wanted = _served(), _wanted()
    known |= _fetched([pk for versions in wanted.values() for pk in versions if pk not in known])
    live = _live()
    return {
        name: _prompt(name, [_as_served(known[pk], served) for pk in versions if pk in known], live[name], report)
        for name, versions in wanted.items()
    }


def _prompt(name: str, versions: Collection[PromptVersion], live: Mapping[str, UUID], report: Report) -> Prompt:
    by_id = {version.id: version for version in versions}
    serving = {environment: by_id[pk] for environment, pk in live.items() if pk in by_id}
    faults = dict(_faults(serving.values()))
    for pk, fault in faults.items():
        report(f"prompt {name} {by_id[pk].label}: {fault}")
    usable = {environment: version for environment, version in serving.items() if version.id not in faults}
    return Prompt(name, usable, tuple(versions))


def _faults(serving: Collection[PromptVersion]) -> Iterator[tuple[UUID, str]]:
    """What is live is compiled here: no call waits for it."""
    for version in serving:
        try:
            version.text.compiled()
        except Unusable as fault:
            yield version.id, str(fault)


def _as_served(version: PromptVersion, served: Mapping[UUID, frozenset[str]]) -> PromptVersion:
    environments = served.get(version.id, frozenset())
    return version if version.environments == environments else replace(version, environments=environments)


def _fetched(missing: Collection[UUID]) -> dict[UUID, PromptVersion]:
    if not missing:
        return {}
    rows = models.PromptVersion.objects.filter(pk__in=missing)
    return {row.pk: PromptVersion(row.pk, row.hash, str(row), PromptText(row.content)) for row in rows}


def _served() -> dict[UUID, frozenset[str]]:
    """By version: the environments that have ever served it."""
    found: defaultdict[UUID, frozenset[str]] = defaultdict(frozenset)
    for version, environment in models.Release.objects.values_list("version_id", "environment").distinct():
        found[version] |= {environment}
    return found


def _live() -> Mapping[str, Mapping[str, UUID]]:
    """By prompt and environment."""
    found: defaultdict[str, dict[str, UUID]] = defaultdict(dict)
    rows = models.Release.objects.current().values_list("prompt__name", "environment", "version_id")
    for name, environment, version in rows:
        found[name][environment] = version
    return found


def _wanted() -> dict[str, list[UUID]]:
    """By prompt, newest first."""
    newest, served = models.PromptVersion.objects.newest(_KEPT), models.Release.objects.values("version_id")
    rows = models.PromptVersion.objects.filter(Q(pk__in=newest.values("pk")) | Q(pk__in=served))
    found: defaultdict[str, list[UUID]] = defaultdict(list)
    for name, pk in rows.order_by("prompt_id", "-number").values_list("prompt__name", "pk"):
        found[name].append(pk)
    return found
