"""OpenAI's embeddings, and whoever speaks the same. Pure."""

from collections.abc import Mapping
from typing import Any, override

from gateway.config import Model
from gateway.dialects.dialect import Answer, Dialect, Unsupported
from gateway.dialects.transcript import Transcript


class EmbeddingsDialect(Dialect):
    path = "/embeddings"

    @override
    def request(self, body: Mapping[str, Any], model: Model, *, is_relayed: bool) -> dict[str, Any]:
        return {**body, "model": model.upstream}

    @override
    def answer(self, data: bytes, message: Mapping[str, Any]) -> Answer | None:
        return Answer(data, message) if isinstance(message.get("data"), list) else None

    @override
    def transcript(self, *, wants_usage: bool) -> Transcript:
        raise Unsupported("a stream of embeddings")
