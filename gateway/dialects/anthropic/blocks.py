"""One block of a streamed message, as deltas of a chat completion. Pure."""

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.dialects.anthropic.toolbox import told_name
from gateway.sse import Malformed

type Delta = dict[str, Any]


class OpenBlock:
    """Text, a thought, or a call of a tool, number `place` of them; whatever else there may be says nothing here."""

    __slots__ = ("_given", "_has_arguments", "_is_function", "_place", "kind")

    def __init__(self, content: Mapping[str, Any], place: int) -> None:
        self.kind = content.get("type")
        self._given = content
        self._place = place
        self._is_function = told_name(str(content.get("name", "")))[1]
        self._has_arguments = False

    def opening(self) -> Delta:
        if self.kind != "tool_use":
            return self._words("text") | self._words("thinking")
        name = told_name(str(self._given.get("name", "")))[0]
        if self._is_function:
            return {"function_call": {"name": name, "arguments": ""}}
        call_id = str(self._given.get("id", ""))
        function = {"name": name, "arguments": ""}
        return {"tool_calls": [{"index": self._place, "id": call_id, "type": "function", "function": function}]}

    def more(self, delta: Mapping[str, Any]) -> Delta:
        match delta.get("type"):
            case "text_delta":
                return _named("content", _text(delta, "text"))
            case "thinking_delta":
                return _named("reasoning_content", _text(delta, "thinking"))
            case "input_json_delta":
                return self._arguments(_text(delta, "partial_json")) if self.kind == "tool_use" else {}
        # Signatures, citations, and what is yet to come.
        return {}

    def closing(self) -> Delta:
        """A call without arguments has an empty object of them; some send them whole, with the block's beginning."""
        if self.kind != "tool_use" or self._has_arguments:
            return {}
        return self._arguments(orjson.dumps(self._given.get("input") or {}).decode())

    def _words(self, name: str) -> Delta:
        words = self._given.get(name)
        as_name = "content" if name == "text" else "reasoning_content"
        return _named(as_name, words) if self.kind == name and isinstance(words, str) else {}

    def _arguments(self, text: str) -> Delta:
        if not text:
            return {}
        self._has_arguments = True
        if self._is_function:
            return {"function_call": {"arguments": text}}
        return {"tool_calls": [{"index": self._place, "function": {"arguments": text}}]}


def _named(name: str, text: str) -> Delta:
    return {name: text} if text else {}


def _text(delta: Mapping[str, Any], name: str) -> str:
    text = delta.get(name)
    if not isinstance(text, str):
        raise Malformed(f"a delta without its {name}")
    return text
