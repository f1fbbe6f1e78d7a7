"""Where a version is served, for programs."""

from collections.abc import Sequence
from typing import Any

from prompts.models import Release
from prompts.whereabouts import Whereabouts


def where(places: Sequence[Whereabouts]) -> dict[str, Any]:
    return {
        "live_in": sorted(place.environment for place in places if place.is_to_all),
        "served": [_told(place) for place in places],
    }


def _told(place: Whereabouts) -> dict[str, Any]:
    return {
        "environment": place.environment,
        "lane": Release.Lane.CANARY if place.is_canary else Release.Lane.MAIN,
        "tenants": place.tenants,
        "tenant": place.tenant,
        "percent": place.percent,
        "words": place.words,
    }
