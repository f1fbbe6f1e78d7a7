"""Anthropic's Messages API: chat completions in, chat completions out. Pure but for the clock that dates an answer."""

import time
from collections.abc import Callable, Mapping
from typing import Any, override

import orjson

from gateway.config import Model
from gateway.dialects.anthropic.answers import completion_of
from gateway.dialects.anthropic.asking import asked
from gateway.dialects.anthropic.stream import MessageTranscript
from gateway.dialects.dialect import Answer, Dialect


class AnthropicDialect(Dialect):
    path = "/messages"

    def __init__(self, hidden: Callable[[str], str], now: Callable[[], float] = time.time) -> None:
        """`hidden`: a person as somebody whom nobody knows."""
        self._hidden, self._now = hidden, now

    @override
    def request(self, body: Mapping[str, Any], model: Model, *, is_relayed: bool) -> dict[str, Any]:
        request = asked(body, model.upstream, self._hidden)
        if is_relayed:
            request["stream"] = True
        # The simulator takes its orders from the call.
        if model.provider.simulated and "x_simulate" in body:
            request["x_simulate"] = body["x_simulate"]
        return request

    @override
    def answer(self, data: bytes, message: Mapping[str, Any]) -> Answer | None:
        completion = completion_of(message, created=int(self._now()))
        if completion is None:
            return None
        return Answer(orjson.dumps(completion), completion, completion["choices"][0]["finish_reason"])

    @override
    def transcript(self, *, wants_usage: bool) -> MessageTranscript:
        return MessageTranscript(wants_usage=wants_usage, created=int(self._now()))
