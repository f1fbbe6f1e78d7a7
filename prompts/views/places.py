"""Where prompts are served, and to whom: each environment with its canary and the tenants that have their own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from prompts.models import Prompt, Release
from prompts.services import environment_order, without_a_way_back


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
    # Others were served there, and all of them were taken back: which to go back to is for somebody to choose.
    stands_first: bool = False

    @property
    def is_served(self) -> bool:
        return bool(self.release or self.canary or self.own)


def places(prompts: Sequence[Prompt]) -> Mapping[UUID, list[Place]]:
    """By prompt, production first; also where something was served and no longer is."""
    found: dict[UUID, dict[str, Place]] = defaultdict(dict)
    newest = _newest(prompts)
    first = _first(newest)
    for each in newest:
        place = found[each.prompt_id].get(each.environment) or Place(each.environment)
        found[each.prompt_id][each.environment] = _with(place, each, stands_first=each.pk in first)
    for (prompt, environment), tenants in _own(prompts).items():
        place = found[prompt].get(environment) or Place(environment)
        found[prompt][environment] = replace(place, own=tenants)
    return {prompt: sorted(mine.values(), key=_order) for prompt, mine in found.items()}


def _newest(prompts: Sequence[Prompt]) -> list[Release]:
    """Of everybody's lanes; `has_others`: another version was ever served in it."""
    same = Release.objects.filter(prompt=OuterRef("prompt"), environment=OuterRef("environment")).to_all()
    others = Exists(same.exclude(version=OuterRef("version")))
    rows = Release.objects.filter(prompt__in=prompts, tenant=None).newest_of_lanes().annotate(has_others=others)
    return [row for row in rows.select_related("version").defer("version__content") if row.percent or not row.is_canary]


def _first(newest: Sequence[Release]) -> set[UUID]:
    """Only where somebody went back can nothing be left though others were served."""
    gone_back = [each for each in newest if each.kind == Release.Kind.ROLLBACK and each.percent and not each.is_canary]
    return without_a_way_back(gone_back) if gone_back else set()


def _with(place: Place, newest: Release, *, stands_first: bool) -> Place:
    if newest.is_canary:
        return replace(place, canary=newest, can_go_back=True, stands_first=False)
    can_go_back = place.can_go_back or newest.has_ended or (vars(newest)["has_others"] and not stands_first)
    release = None if newest.has_ended else newest
    return replace(place, release=release, can_go_back=can_go_back, stands_first=stands_first and not place.canary)


def _order(place: Place) -> tuple[bool, str]:
    return environment_order(place.environment)


def _own(prompts: Sequence[Prompt]) -> Mapping[tuple[UUID, str], int]:
    rows = Release.objects.filter(prompt__in=prompts).exclude(tenant=None).lasting()
    counted = rows.order_by().values_list("prompt_id", "environment").annotate(tenants=Count("tenant", distinct=True))
    return {(prompt, environment): tenants for prompt, environment, tenants in counted}
