"""OpenAI's chat completions, and whoever speaks the same: bodies and answers pass as they are. Pure."""

from collections.abc import Mapping
from typing import Any, override

from gateway.config import Model
from gateway.dialects.chat_stream import ChatTranscript
from gateway.dialects.dialect import Answer, Dialect


class ChatDialect(Dialect):
    path = "/chat/completions"

    @override
    def request(self, body: Mapping[str, Any], model: Model, *, is_relayed: bool) -> dict[str, Any]:
        """But for the model's name, and the usage that we need of a stream."""
        sent = {**body, "model": model.upstream}
        if is_relayed:
            options = body.get("stream_options")
            sent["stream_options"] = {**(options if isinstance(options, dict) else {}), "include_usage": True}
        return sent

    @override
    def answer(self, data: bytes, message: Mapping[str, Any]) -> Answer | None:
        if not message.get("choices"):
            return None
        return Answer(data, message, finish_reason(message))

    @override
    def transcript(self, *, wants_usage: bool) -> ChatTranscript:
        return ChatTranscript(wants_usage=wants_usage)


def finish_reason(completion: Mapping[str, Any]) -> str:
    choices = completion["choices"]
    first = choices[0] if isinstance(choices, list) and choices else None
    return str(first.get("finish_reason") or "") if isinstance(first, dict) else ""
