"""`/v1/responses`: items in, items out. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, override

from gateway.dialects.transcript import Transcript
from gateway.surfaces.responses import lowering, raising, response
from gateway.surfaces.responses.parts import WORDS
from gateway.surfaces.responses.stream import ResponsesTranscript
from gateway.surfaces.responses.unseen import unseen
from gateway.surfaces.surface import NOTHING, Surface

# Nobody could meter it, nor fetch it here.
_IN_BACKGROUND: Final = (
    "background cannot be used: what is answered later does not pass through this gateway. Leave background out."
)


class ResponsesSurface(Surface):
    name: ClassVar[str] = "responses"
    path: ClassVar[str] = "/v1/responses"
    bounds: ClassVar[tuple[str, ...]] = ("max_output_tokens",)

    @override
    def lowered(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return lowering.lowered(body)

    @override
    def barred(self, body: Mapping[str, Any]) -> str:
        return _IN_BACKGROUND if body.get("background") else ""

    @override
    def repeated(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return response.echo(body)

    @override
    def raised(self, completion: Mapping[str, Any], repeated: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        return raising.raised(completion, repeated)

    @override
    def relaying(self, chunks: Transcript, repeated: Mapping[str, Any] = NOTHING) -> Transcript:
        return ResponsesTranscript(chunks, repeated)

    @override
    def unseen(self, body: Mapping[str, Any]) -> str:
        return unseen(body)

    @override
    def parts(self, body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        items = body.get("input")
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict):
                yield from _parts(item.get("content"))
                yield from _parts(item.get("output"))


def _parts(content: object) -> Iterator[Mapping[str, Any]]:
    # A screenshot is the whole output of its call.
    for part in content if isinstance(content, list) else (content,):
        if isinstance(part, dict) and part.get("type") not in WORDS and part.get("type") != "refusal":
            yield part
