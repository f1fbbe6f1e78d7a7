"""What is switched off over a prompt, so that its calls have no answer, or another one, whatever version they get."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from killswitch import services as killswitch
from killswitch.addresses import address, address_of
from killswitch.models import Stop
from killswitch.scopes import EVERYTHING, ROAD, Scope, feature_key, prompt_version_key
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
# Of a stop that a gateway holds the database has checked nothing.
_VERSION_KEY: Final = re.compile(r"prompt:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

# What is said of it, and where its switch is.
type _Place = tuple[str, str]


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
    everything = above().everything if may_everywhere(request, Permission.SWITCHES_READ) else None
    return {"off": [_told(everything)] if everything else []}


def _over(found: Above, prompt: Prompt, also: Collection[PromptVersion]) -> list[Off]:
    held = killswitch.held()
    keys = {*(stop.target for stop in found.shared), *(each.stop.target for each in held)}
    roads = roads_of(prompt, also, stopped=keys) if any(key.startswith(_OF_ROAD) for key in keys) else Roads({}, keys)
    wide = [found.everything, found.features.get(prompt.feature_id) if prompt.feature_id else None]
    on_road = [stop for stop in found.shared if roads.are_on(stop.target)]
    told = [_told(stop) for stop in wide if stop] + [_told(stop, roads.effect(stop.target)) for stop in on_road]
    return told + list(_held_over(held, _places(prompt, held, roads), roads))


def _told(stop: Stop, effect: str = "") -> Off:
    place = of_stop(stop)
    kind = "" if place.is_everyone else f"{place.kind.capitalize()} "
    return Off(f"{kind}{off_words(place, stop)}", stop.made_at, address_of(stop), stop, effect=effect)


def _held_over(held: Collection[Held], places: Mapping[str, _Place], roads: Roads) -> Iterator[Off]:
    for each in held:
        key = each.stop.target
        if key in places:
            what, url = places[key]
            effect = roads.effect(key) if roads.are_on(key) else ""
            yield Off(what, each.since, url, holders=each.processes, effect=effect)


def _places(prompt: Prompt, held: Collection[Held], roads: Roads) -> Mapping[str, _Place]:
    """That it is off, and the page of its switch, by the key of what may be."""
    found = {EVERYTHING: ("AI is off for everyone", address("detail", scope=Scope.GLOBAL))}
    if prompt.feature:
        home = address("detail", scope=Scope.FEATURE, ref=prompt.feature.slug)
        found[feature_key(prompt.feature.pk)] = (f"Feature {prompt.feature.name} of everyone is off", home)
    for key in [each.stop.target for each in held if roads.are_on(each.stop.target)]:
        scope, _, name = key.partition(":")
        found[key] = (f"{scope.capitalize()} {name} is off", address("detail", scope=scope, ref=name))
    return {**found, **_places_of_versions(prompt, [each.stop.target for each in held])}


def _places_of_versions(prompt: Prompt, keys: Collection[str]) -> Mapping[str, _Place]:
    """Of those that are served somewhere."""
    of_versions = {UUID(found[1]) for key in keys if (found := _VERSION_KEY.fullmatch(key))}
    if not of_versions:
        return {}
    rows = Release.objects.filter(prompt=prompt).lasting().filter(version__in=of_versions).select_related("version")
    return {prompt_version_key(row.version_id): _place_of_version(prompt, row.version) for row in rows}


def _place_of_version(prompt: Prompt, version: PromptVersion) -> _Place:
    home = address("detail", scope=Scope.PROMPT_VERSION, ref=f"{prompt.name}@{version}")
    return f"{prompt} {version} is off", home
