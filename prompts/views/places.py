"""Where prompts are served, and to whom: each environment with its canary and the tenants that have their own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from prompts.models import Prompt, Release
from prompts.services import environment_order


@dataclass(frozen=True, slots=True)
class Place:
    environment: str
    # What everybody gets there; None: nothing, or tenants with a version of their own alone do.
    release: Release | None = None
    canary: Release | None = None
    # So many tenants have a version or a canary of their own.
    own: int = 0
    # There is something to take back, or what has ended to bring back.
    can_go_back: bool = False

    @property
    def is_served(self) -> bool:
        return bool(self.release or self.canary or self.own)


def places(prompts: Sequence[Prompt]) -> Mapping[UUID, list[Place]]:
    """By prompt, production first; also where something was served and no longer is."""
    found: dict[UUID, dict[str, Place]] = defaultdict(dict)
    for each in _newest(prompts):
        place = found[each.prompt_id].get(each.environment) or Place(each.environment)
        found[each.prompt_id][each.environment] = _with(place, each)
    for (prompt, environment), tenants in _own(prompts).items():
        place = found[prompt].get(environment) or Place(environment)
        found[prompt][environment] = replace(place, own=tenants)
    return {prompt: sorted(mine.values(), key=_order) for prompt, mine in found.items()}


def _newest(prompts: Sequence[Prompt]) -> Iterable[Release]:
    """Of everybody's lanes; `has_others`: another version was ever served in it."""
    same = Release.objects.filter(prompt=OuterRef("prompt"), environment=OuterRef("environment")).to_all()
    others = Exists(same.exclude(version=OuterRef("version")))
    rows = Release.objects.filter(prompt__in=prompts, tenant=None).newest_of_lanes().annotate(has_others=others)
    return [row for row in rows.select_related("version").defer("version__content") if row.percent or not row.is_canary]


def _with(place: Place, newest: Release) -> Place:
    if newest.is_canary:
        return replace(place, canary=newest, can_go_back=True)
    can_go_back = place.can_go_back or newest.has_ended or vars(newest)["has_others"]
    return replace(place, release=None if newest.has_ended else newest, can_go_back=can_go_back)


def _order(place: Place) -> tuple[bool, str]:
    return environment_order(place.environment)


def _own(prompts: Sequence[Prompt]) -> Mapping[tuple[UUID, str], int]:
    rows = Release.objects.filter(prompt__in=prompts).exclude(tenant=None).lasting()
    counted = rows.order_by().values_list("prompt_id", "environment").annotate(tenants=Count("tenant", distinct=True))
    return {(prompt, environment): tenants for prompt, environment, tenants in counted}
