"""Where prompts are served, and to whom: each environment with its canary and the tenants that have their own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

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
    rows = Release.objects.filter(prompt__in=prompts)
    lasting = rows.filter(tenant=None).lasting().select_related("version", "planned").defer("version__content")
    mains = {_key(each): each for each in lasting if not each.is_canary}
    canaries = {_key(each): each for each in lasting if each.is_canary}
    own, ever = _own(prompts), _versions(prompts)
    found: dict[UUID, list[Place]] = defaultdict(list)
    for key in sorted({*mains, *canaries, *own, *ever}, key=lambda key: environment_order(key[1])):
        can_go_back = key in canaries or ever.get(key, 0) > (1 if key in mains else 0)
        found[key[0]].append(Place(key[1], mains.get(key), canaries.get(key), own.get(key, 0), can_go_back))
    return found


def _key(release: Release) -> tuple[UUID, str]:
    return release.prompt_id, release.environment


def _own(prompts: Sequence[Prompt]) -> Mapping[tuple[UUID, str], int]:
    rows = Release.objects.filter(prompt__in=prompts).exclude(tenant=None).lasting()
    counted = rows.order_by().values_list("prompt_id", "environment").annotate(tenants=Count("tenant", distinct=True))
    return {(prompt, environment): tenants for prompt, environment, tenants in counted}


def _versions(prompts: Sequence[Prompt]) -> Mapping[tuple[UUID, str], int]:
    """So many were ever live there."""
    rows = Release.objects.filter(prompt__in=prompts).to_all().order_by().values_list("prompt_id", "environment")
    counted = rows.annotate(versions=Count("version", distinct=True))
    return {(prompt, environment): versions for prompt, environment, versions in counted}
