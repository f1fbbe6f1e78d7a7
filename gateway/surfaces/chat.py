"""`/v1/chat/completions`: what is spoken inside, too. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, override

from gateway.dialects.transcript import Transcript
from gateway.surfaces.surface import NOTHING, Surface

_TEXT: Final = frozenset({"text", "refusal"})


class ChatSurface(Surface):
    name: ClassVar[str] = "chat"
    path: ClassVar[str] = "/v1/chat/completions"
    bounds: ClassVar[tuple[str, ...]] = ("max_completion_tokens", "max_tokens")

    @override
    def lowered(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return dict(body)

    @override
    def raised(self, completion: Mapping[str, Any], repeated: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        return dict(completion)

    @override
    def relaying(self, chunks: Transcript, repeated: Mapping[str, Any] = NOTHING) -> Transcript:
        return chunks

    @override
    def parts(self, body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        messages = body.get("messages")
        for message in messages if isinstance(messages, list) else ():
            content = message.get("content") if isinstance(message, dict) else None
            for part in content if isinstance(content, list) else ():
                if isinstance(part, dict) and kind_of(part) not in _TEXT:
                    yield part


def kind_of(part: Mapping[str, Any]) -> str:
    """One that is no word is the provider's to refuse."""
    kind = part.get("type")
    return kind if isinstance(kind, str) else ""
