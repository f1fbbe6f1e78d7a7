"""A caller of another surface, answered by a provider that knows chat completions only. Pure."""

from collections.abc import Mapping
from typing import Any, override

import orjson

from gateway.config import Model
from gateway.dialects.dialect import Answer, Dialect
from gateway.dialects.transcript import Transcript
from gateway.surfaces.surface import NOTHING, Surface


class Raised(Dialect):
    def __init__(
        self, surface: Surface, inner: Dialect, *, is_lowered: bool, repeated: Mapping[str, Any] = NOTHING
    ) -> None:
        """`is_lowered`: the bodies are in the shape of chat completions already. `repeated`: of the question, by the
        answer."""
        self._surface, self._inner, self._is_lowered, self._repeated = surface, inner, is_lowered, repeated
        self.path = inner.path

    @override
    def request(self, body: Mapping[str, Any], model: Model, *, is_relayed: bool) -> dict[str, Any]:
        lowered = body if self._is_lowered else self._surface.lowered(body)
        return self._inner.request(lowered, model, is_relayed=is_relayed)

    @override
    def answer(self, data: bytes, message: Mapping[str, Any]) -> Answer | None:
        said = self._inner.answer(data, message)
        if said is None:
            return None
        raised = self._surface.raised(said.message, self._repeated)
        return Answer(orjson.dumps(raised), raised, said.finish_reason)

    @override
    def transcript(self, *, wants_usage: bool) -> Transcript:
        return self._surface.relaying(self._inner.transcript(wants_usage=True), self._repeated)
