"""How a model is called at every door, and what a stop of each scope means for it. What is missing here fails."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import httpx

from killswitch.scopes import Scope
from tests.gateway.world import QUESTION
from tests.killswitch.matrix.places import Place


class Shape(StrEnum):
    WHOLE = "whole"
    STREAM = "stream"
    # The first model of its chain is not there.
    FALLBACK = "fallback"
    PROMPTED = "prompted"
    GROUNDED = "grounded"
    # It was made before, and its answer is kept under an idempotency key.
    KEPT = "kept"


class Reach(StrEnum):
    HELD = "held"
    PASSES = "passes"
    # By another model than the one that is stopped.
    GOES_ON = "goes on"


type Ask = Callable[[Place], httpx.Response]

CHAT: Final = "/v1/chat/completions"
_SOURCES: Final = [{"id": "kb-7", "text": "You can send a parcel back within 30 days of delivery."}]


def _chat(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": QUESTION, **more}


def _kept(place: Place) -> httpx.Response:
    headers = {"X-AIOps-Idempotency-Key": place.name}
    return place.post(CHAT, _chat(place.model), **headers)


# By path of `gateway.app.ROUTES`.
ASKED: Final[Mapping[str, Mapping[Shape, Ask]]] = {
    CHAT: {
        Shape.WHOLE: lambda place: place.post(CHAT, _chat(place.model)),
        Shape.STREAM: lambda place: place.post(CHAT, _chat(place.model, stream=True)),
        Shape.FALLBACK: lambda place: place.post(CHAT, _chat(place.long_chain)),
        Shape.PROMPTED: lambda place: place.post(CHAT, _chat(place.model, prompt=place.prompt)),
        Shape.GROUNDED: lambda place: place.post(CHAT, _chat(place.model, sources=_SOURCES)),
        Shape.KEPT: _kept,
    }
}

_HELD: Final = dict.fromkeys(Shape, Reach.HELD)
_PASSES: Final = dict.fromkeys(Shape, Reach.PASSES)
# An answer that is kept asks no model.
_OF_ROAD: Final = {**_HELD, Shape.FALLBACK: Reach.GOES_ON, Shape.KEPT: Reach.PASSES}
REACHES: Final[Mapping[Scope, Mapping[Shape, Reach]]] = {
    Scope.GLOBAL: _HELD,
    Scope.TENANT: _HELD,
    Scope.FEATURE: _HELD,
    Scope.TENANT_FEATURE: _HELD,
    Scope.USER: _HELD,
    Scope.PROVIDER: _OF_ROAD,
    Scope.MODEL: _OF_ROAD,
    Scope.PROMPT_VERSION: {**_PASSES, Shape.PROMPTED: Reach.HELD},
    Scope.CONNECTION: _PASSES,
}
# A program that reads the answer's claims would fall over a text.
TAKES_NO_TEXT: Final = frozenset({Shape.GROUNDED})
