"""What is switched off over a prompt, so that its calls have no answer, or another one, whatever version they get."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from killswitch import services as killswitch
from killswitch.addresses import address_of
from killswitch.models import Stop
from killswitch.scopes import EVERYTHING, ROAD, feature_key, prompt_version_key
from killswitch.services import Held
from killswitch.standing import Above, above
from killswitch.views.places import of_stop, off_words
from prompts.models import Prompt, PromptVersion, Release
from prompts.views.roads import Roads, roads_of
from tenants.http import TenantRequest, may_everywhere
from tenants.permissions import Permission

# So many are told one by one.
_NAMED: Final = 3
_OF_ROAD: Final = tuple(f"{scope}:" for scope in ROAD)
_OF_VERSION: Final = "prompt:"


@dataclass(frozen=True, slots=True)
class Off:
    """`what`: `AI is off for everyone`; `effect`: what becomes of calls, where the stop does not say it."""

    what: str
    since: datetime
    url: str
    # None: processes alone hold it, `holders`, and who made it is not known.
    stop: Stop | None = None
    holders: Sequence[str] = ()
    effect: str = ""


def switched_off(request: TenantRequest, prompt: Prompt, *also: PromptVersion) -> dict[str, Any]:
    """For a page: `stops` of versions, by version, and `off`, the widest first. `also`: not served yet, perhaps.

    Two queries, and three more while a model is stopped.
    """
    found = above()
    shown = _over(found, prompt, also) if may_everywhere(request, Permission.SWITCHES_READ) else []
    return {"stops": found.versions, "off": shown[:_NAMED], "off_more": max(0, len(shown) - _NAMED)}


def off_for_all(request: TenantRequest) -> dict[str, Any]:
    """The same, of everything alone: for lists, in one query."""
    found = above()
    is_told = found.everything is not None and may_everywhere(request, Permission.SWITCHES_READ)
    return {"off": [_told(found.everything)] if is_told and found.everything else []}


def _over(found: Above, prompt: Prompt, also: Collection[PromptVersion]) -> list[Off]:
    held = killswitch.held()
    keys = {*(stop.target for stop in found.shared), *(each.stop.target for each in held)}
    roads = roads_of(prompt, also, stopped=keys) if any(key.startswith(_OF_ROAD) for key in keys) else Roads({}, keys)
    wide = [found.everything, found.features.get(prompt.feature_id) if prompt.feature_id else None]
    on_road = [stop for stop in found.shared if roads.are_on(stop.target)]
    told = [_told(stop) for stop in wide if stop] + [_told(stop, roads.effect(stop.target)) for stop in on_road]
    names = _names(prompt, held)
    return told + [_held(each, names[each.stop.target], roads) for each in held if _is_over(each, names, roads)]


def _told(stop: Stop, effect: str = "") -> Off:
    place = of_stop(stop)
    kind = "" if place.is_everyone else f"{place.kind.capitalize()} "
    return Off(f"{kind}{off_words(place, stop)}", stop.made_at, address_of(stop), stop, effect=effect)


def _held(held: Held, name: str, roads: Roads) -> Off:
    url = f"{reverse('killswitch:switch-list')}#held"
    effect = roads.effect(held.stop.target) if roads.are_on(held.stop.target) else ""
    return Off(name, held.since, url, holders=held.processes, effect=effect)


def _is_over(held: Held, names: Mapping[str, str], roads: Roads) -> bool:
    key = held.stop.target
    return key in names and (not key.startswith(_OF_ROAD) or roads.are_on(key))


def _names(prompt: Prompt, held: Collection[Held]) -> Mapping[str, str]:
    """That it is off, by the key of what may be."""
    found = {EVERYTHING: "AI is off for everyone"}
    if prompt.feature:
        found[feature_key(prompt.feature.pk)] = f"Feature {prompt.feature.name} of everyone is off"
    for each in held:
        scope, _, name = each.stop.target.partition(":")
        if scope in ROAD:
            found[each.stop.target] = f"{scope.capitalize()} {name} is off"
    return {**found, **_names_of_versions(prompt, [each.stop.target for each in held])}


def _names_of_versions(prompt: Prompt, keys: Collection[str]) -> Mapping[str, str]:
    """Of those that are served somewhere."""
    of_versions = [UUID(key.removeprefix(_OF_VERSION)) for key in keys if key.startswith(_OF_VERSION)]
    if not of_versions:
        return {}
    rows = Release.objects.filter(prompt=prompt).lasting().filter(version__in=of_versions).select_related("version")
    return {prompt_version_key(row.version_id): f"{prompt} {row.version} is off" for row in rows}
