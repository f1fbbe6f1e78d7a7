"""OpenAI's Responses, of a provider that has them: the caller's own body, and the provider's own answer. Pure."""

from collections.abc import Mapping
from typing import Any, override

from gateway.config import Model
from gateway.dialects.dialect import Answer, Dialect
from gateway.dialects.responses_stream import NativeTranscript, finish_reason


class ResponsesDialect(Dialect):
    path: str = "/responses"

    @override
    def request(self, body: Mapping[str, Any], model: Model, *, is_relayed: bool) -> dict[str, Any]:
        """But for the model's name."""
        return {**body, "model": model.upstream}

    @override
    def answer(self, data: bytes, message: Mapping[str, Any]) -> Answer | None:
        """One that failed is none: another model may do better."""
        if not isinstance(message.get("output"), list) or message.get("status") == "failed":
            return None
        return Answer(data, message, finish_reason(message))

    @override
    def transcript(self, *, wants_usage: bool) -> NativeTranscript:
        return NativeTranscript()
