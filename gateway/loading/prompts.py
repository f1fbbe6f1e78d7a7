"""Read what prompts are served where, and which versions may be pinned.

A version never changes: what an earlier reading has fetched, and compiled, is taken over.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Q

from gateway.config import Prompt, PromptVersion
from gateway.loading.prompt_text import PromptText, Unusable
from prompts import models
from prompts.choosing import Offer

# Newest first; of a prompt with a longer history what is live, and was, is still known.
_KEPT: Final = 50
# Whose texts are in memory at once while they are read.
_ROWS: Final = 500

type Report = Callable[[str], None]
# An environment, and a tenant in it; None: everybody.
type Place = tuple[str, UUID | None]


class Lane(NamedTuple):
    """What one serves now."""

    place: Place
    is_canary: bool
    percent: int
    version: UUID


def load_prompts(report: Report, before: Mapping[str, Prompt]) -> dict[str, Prompt]:
    known = {version.id: version for prompt in before.values() for version in prompt.versions}
    served, wanted = _served(), _wanted()
    known |= _fetched([pk for versions in wanted.values() for pk in versions if pk not in known])
    known |= _moved(known, served)
    lanes = _lanes()
    return {
        name: _prompt(name, tuple(filter(None, map(known.get, mine))), lanes.get(name, ()), known, report)
        for name, mine in wanted.items()
    }


def _prompt(
    name: str,
    versions: tuple[PromptVersion, ...],
    lanes: Collection[Lane],
    known: Mapping[UUID, PromptVersion],
    report: Report,
) -> Prompt:
    serving = {lane.version: known[lane.version] for lane in lanes if lane.version in known}
    faults = dict(_faults(serving.values()))
    for pk, fault in faults.items():
        report(f"prompt {name} {serving[pk].label}: {fault}")
    usable = {pk: version for pk, version in serving.items() if pk not in faults}
    offers = {place: _offer(mine, serving, usable) for place, mine in _by_place(lanes).items()}
    return Prompt(name, versions, offers)


def _by_place(lanes: Collection[Lane]) -> Mapping[Place, Collection[Lane]]:
    found: defaultdict[Place, list[Lane]] = defaultdict(list)
    for lane in lanes:
        found[lane.place].append(lane)
    return found


def _offer(
    lanes: Collection[Lane], known: Mapping[UUID, PromptVersion], usable: Mapping[UUID, PromptVersion]
) -> Offer[PromptVersion]:
    """A canary that cannot be rendered is left out. A main lane keeps such a version, and its calls are told why: a
    tenant that has one of its own on purpose is not given another in its stead.
    """
    main = next((lane for lane in lanes if not lane.is_canary), None)
    canary = next((lane for lane in lanes if lane.is_canary and lane.version in usable), None)
    return Offer(
        known.get(main.version) if main else None,
        usable[canary.version] if canary else None,
        canary.percent if canary else 0,
        is_there=main is not None,
    )


def _faults(serving: Collection[PromptVersion]) -> Iterator[tuple[UUID, str]]:
    """What is live is compiled here: no call waits for it."""
    for version in serving:
        try:
            version.text.compiled()
        except Unusable as fault:
            yield version.id, str(fault)


def _moved(
    known: Mapping[UUID, PromptVersion], served: Mapping[UUID, Collection[Place]]
) -> Mapping[UUID, PromptVersion]:
    """Those that were served somewhere since they were read. Releases are only ever added: as many as there were are
    those that there were.
    """
    found = ((known.get(pk), places) for pk, places in served.items())
    return {
        version.id: _as_served(version, places)
        for version, places in found
        if version and len(places) != len(version.environments) + len(version.tenants)
    }


def _as_served(version: PromptVersion, places: Collection[Place]) -> PromptVersion:
    environments = frozenset(name for name, tenant in places if tenant is None)
    tenants = frozenset((name, tenant) for name, tenant in places if tenant is not None)
    return replace(version, environments=environments, tenants=tenants)


def _fetched(missing: Collection[UUID]) -> dict[UUID, PromptVersion]:
    if not missing:
        return {}
    rows = models.PromptVersion.objects.filter(pk__in=missing).values_list("pk", "hash", "number", "content")
    return {
        pk: PromptVersion(pk, hash_, f"v{number}", PromptText(content))
        for pk, hash_, number, content in rows.iterator(_ROWS)
    }


def _served() -> Mapping[UUID, Collection[Place]]:
    """By version: where it has ever been served, and to whom."""
    found: defaultdict[UUID, set[Place]] = defaultdict(set)
    rows = models.Release.objects.order_by().values_list("version_id", "environment", "tenant_id").distinct()
    for version, environment, tenant in rows:
        found[version].add((environment, tenant))
    return found


def _lanes() -> Mapping[str, Collection[Lane]]:
    """By prompt."""
    found: defaultdict[str, list[Lane]] = defaultdict(list)
    rows = models.Release.objects.lasting().select_related("prompt")
    for row in rows:
        found[row.prompt.name].append(
            Lane((row.environment, row.tenant_id), row.is_canary, row.percent, row.version_id)
        )
    return found


def _wanted() -> dict[str, list[UUID]]:
    """By prompt, newest first."""
    newest, served = models.PromptVersion.objects.newest(_KEPT), models.Release.objects.values("version_id")
    rows = models.PromptVersion.objects.filter(Q(pk__in=newest.values("pk")) | Q(pk__in=served))
    found: defaultdict[str, list[UUID]] = defaultdict(list)
    for name, pk in rows.order_by("prompt_id", "-number").values_list("prompt__name", "pk"):
        found[name].append(pk)
    return found
