"""Which dialect a call is asked in, and in which it is answered. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from gateway.config import Api, Provider
from gateway.dialects.anthropic.dialect import AnthropicDialect
from gateway.dialects.chat import ChatDialect
from gateway.dialects.dialect import Dialect, Unsupported
from gateway.dialects.embeddings import EmbeddingsDialect
from gateway.dialects.raised import Raised
from gateway.dialects.responses import ResponsesDialect
from gateway.surfaces.surface import NOTHING, Surface

_CHAT: Final = ChatDialect()
_EMBEDDINGS: Final = EmbeddingsDialect()
_RESPONSES: Final = ResponsesDialect()


def dialect_of(
    surface: Surface,
    provider: Provider,
    *,
    is_lowered: bool,
    is_held: bool,
    hidden: Callable[[str], str],
    repeated: Mapping[str, Any] = NOTHING,
) -> Dialect:
    """`is_lowered`: the body is a chat completion's already. `is_held`: the answer is looked at inside, as one, before
    anybody gets it. `hidden`: a person as somebody whom nobody knows. `repeated`: of the question, by the answer.
    Raises Unsupported."""
    if surface.name == "embeddings":
        if provider.api is not Api.OPENAI:
            raise Unsupported("embeddings")
        return _EMBEDDINGS
    if surface.name == "responses" and provider.has_responses and not is_lowered:
        return _RESPONSES
    in_chat = AnthropicDialect(hidden) if provider.api is Api.ANTHROPIC else _CHAT
    if surface.name == "chat" or is_held:
        return in_chat
    return Raised(surface, in_chat, is_lowered=is_lowered, repeated=repeated)
