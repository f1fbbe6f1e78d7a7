"""Where a version is served, as labels beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from prompts.models import Prompt
from prompts.whereabouts import Whereabouts, whereabouts


@dataclass(frozen=True, slots=True)
class Label:
    tone: str
    words: str


def labels(prompt: Prompt) -> Mapping[UUID, Sequence[Label]]:
    """By version, production first."""
    found = whereabouts(prompt)
    return {version: [Label(_tone(place), place.words) for place in places] for version, places in found.items()}


def _tone(place: Whereabouts) -> str:
    if place.is_to_all:
        return "ok"
    return "shadow" if place.is_canary else "plain"
