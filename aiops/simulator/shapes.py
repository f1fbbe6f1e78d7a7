"""The APIs that are spoken here: the same answers and faults in each one's shapes. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import orjson

from aiops.simulator import completions, embeddings, messages, refusals, responses
from aiops.simulator.faults import Behaviour

type Asked = Mapping[str, Any]
type Headers = Mapping[bytes, bytes]


class Told(NamedTuple):
    """Why a request is refused."""

    status: int
    text: str


def _nothing(headers: Headers, asked: Asked) -> Told | None:
    return None


class Shape(NamedTuple):
    """How an answer is put, whole and in pieces, where it has pieces; and an error, whole and in mid-stream."""

    whole: Callable[[Asked, Behaviour], dict[str, Any]]
    events: Callable[[Asked, Behaviour], list[bytes]] | None = None
    error: Callable[[int, str], dict[str, Any]] = completions.error
    failed: bytes = b"data: " + orjson.dumps(completions.error(503)) + b"\n\n"
    # A question that is too long.
    overflow: Callable[[], dict[str, Any]] = completions.overflow
    # What this API finds fault with.
    refusal: Callable[[Headers, Asked], Told | None] = _nothing


def _completion(asked: Asked, behaviour: Behaviour) -> dict[str, Any]:
    return completions.whole(completions.answer_to(asked, behaviour))


def _chunks(asked: Asked, behaviour: Behaviour) -> list[bytes]:
    options = asked.get("stream_options") or {}
    said = completions.answer_to(asked, behaviour)
    return list(completions.events(said, include_usage=bool(options.get("include_usage"))))


def _message(asked: Asked, behaviour: Behaviour) -> dict[str, Any]:
    return messages.whole(messages.message_to(asked, behaviour))


def _message_events(asked: Asked, behaviour: Behaviour) -> list[bytes]:
    return list(messages.events(messages.message_to(asked, behaviour)))


def _too_long() -> dict[str, Any]:
    return messages.error(400, "prompt is too long: 210000 tokens > 200000 maximum")


def _refused_message(headers: Headers, asked: Asked) -> Told | None:
    if told := refusals.key_fault(headers):
        return Told(401, told)
    told = refusals.request_fault(headers, asked)
    return Told(400, told) if told else None


SHAPES: Final[Mapping[str, Shape]] = {
    "/v1/chat/completions": Shape(_completion, _chunks),
    "/v1/responses": Shape(responses.whole, responses.events),
    "/v1/embeddings": Shape(embeddings.whole),
    "/v1/messages": Shape(
        _message, _message_events, messages.error, messages.error_event(), _too_long, _refused_message
    ),
}
