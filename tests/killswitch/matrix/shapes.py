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
    # The same question was answered before, and its feature keeps answers.
    CACHED = "cached"


class Reach(StrEnum):
    HELD = "held"
    PASSES = "passes"
    # By another model than the one that is stopped.
    GOES_ON = "goes on"


type Ask = Callable[[Place], httpx.Response]

CHAT: Final = "/v1/chat/completions"
RESPONSES: Final = "/v1/responses"
EMBEDDINGS: Final = "/v1/embeddings"
_SOURCES: Final = [{"id": "kb-7", "text": "You can send a parcel back within 30 days of delivery."}]


def _chat(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": QUESTION, **more}


def _response(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "input": str(QUESTION[0]["content"]), **more}


def _embedding(model: str) -> dict[str, Any]:
    return {"model": model, "input": ["parcel", "delivery"]}


def _kept(path: str, ask: Callable[[str], dict[str, Any]]) -> Ask:
    return lambda place: place.post(path, ask(place.model), **{"X-AIOps-Idempotency-Key": f"{path}-{place.name}"})


def _cached(path: str, ask: Callable[[str], dict[str, Any]]) -> Ask:
    return lambda place: place.post(path, ask(place.model), **{"Cache-Control": "max-age=600"})


def _in_words(path: str, ask: Callable[..., dict[str, Any]]) -> Mapping[Shape, Ask]:
    return {
        Shape.WHOLE: lambda place: place.post(path, ask(place.model)),
        Shape.STREAM: lambda place: place.post(path, ask(place.model, stream=True)),
        Shape.FALLBACK: lambda place: place.post(path, ask(place.long_chain)),
        Shape.PROMPTED: lambda place: place.post(path, ask(place.model, prompt=place.prompt)),
        Shape.GROUNDED: lambda place: place.post(path, ask(place.model, sources=_SOURCES)),
        Shape.KEPT: _kept(path, ask),
        Shape.CACHED: _cached(path, ask),
    }


# By path of `gateway.app.ROUTES`.
ASKED: Final[Mapping[str, Mapping[Shape, Ask]]] = {
    CHAT: _in_words(CHAT, _chat),
    RESPONSES: _in_words(RESPONSES, _response),
    EMBEDDINGS: {
        Shape.WHOLE: lambda place: place.post(EMBEDDINGS, _embedding(place.model)),
        Shape.FALLBACK: lambda place: place.post(EMBEDDINGS, _embedding(place.long_chain)),
        Shape.KEPT: _kept(EMBEDDINGS, _embedding),
        Shape.CACHED: _cached(EMBEDDINGS, _embedding),
    },
}
# Made before the stop.
MADE_BEFORE: Final = (Shape.KEPT, Shape.CACHED)

_HELD: Final = dict.fromkeys(Shape, Reach.HELD)
_PASSES: Final = dict.fromkeys(Shape, Reach.PASSES)
# An answer that is kept under a key asks no model; one that stands for the same question is as good as its model.
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


def takes_no_text(path: str, shape: Shape) -> bool:
    """A program that reads the answer's claims, or its numbers, would fall over a text."""
    return path == EMBEDDINGS or shape is Shape.GROUNDED
