"""Calls of tools that the question names or the caller demands, with arguments out of the question. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from aiops.simulator import answering, grounding
from aiops.simulator.conversation import Messages, question_of, text_of

type Tool = Mapping[str, Any]

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED: Final = re.compile(r"[\"“']([^\"”']+)[\"”']")
_NAME_PARTS: Final = re.compile(r"[^\W_]+")


class ToolCall(NamedTuple):
    """Which tool is to run, and its arguments as JSON."""

    id: str
    name: str
    arguments: str

    def whole(self) -> dict[str, Any]:
        return {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": self.arguments}}


def wanted(body: Mapping[str, Any], messages: Messages) -> ToolCall | None:
    """The call that this conversation leads to; None where there is an answer in words."""
    tools = [each["function"] for each in body.get("tools") or () if isinstance(each.get("function"), dict)]
    question = question_of(messages)
    chosen = _chosen(tools, body.get("tool_choice") or "auto", question, _called_since_asked(messages))
    if chosen is None:
        return None
    arguments = orjson.dumps(_arguments(chosen.get("parameters") or {}, question)).decode()
    digest = hashlib.sha256(orjson.dumps([chosen["name"], messages])).hexdigest()[:16]
    return ToolCall(f"call_sim_{digest}", str(chosen["name"]), arguments)


def result_in(messages: Messages) -> str | None:
    """What a tool gave back, when that is the last thing said."""
    last = messages[-1] if messages else {}
    return text_of(last) if last.get("role") == "tool" else None


def deltas(call: ToolCall, pieces: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The call in a stream: first its name, then its arguments in these pieces."""
    named = {"index": 0, "id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
    yield {"tool_calls": [named]}
    for piece in pieces:
        yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _chosen(tools: Sequence[Tool], choice: Any, question: str, called: frozenset[str]) -> Tool | None:
    if isinstance(choice, dict):
        named = (choice.get("function") or choice).get("name")
        return next((tool for tool in tools if tool.get("name") == named), None)
    left = [tool for tool in tools if tool.get("name") not in called]
    if choice == "required" and tools:
        asked = answering.words_of(question)
        return max(left or tools, key=lambda tool: len(asked & answering.words_of(_words(tool))))
    return next((tool for tool in left if _is_named(tool, question)), None) if choice == "auto" else None


def _is_named(tool: Tool, question: str) -> bool:
    """By its own name, or by all the words of it."""
    name = str(tool.get("name", ""))
    parts = answering.words_of(" ".join(_NAME_PARTS.findall(name)))
    return name in question or (bool(parts) and parts <= answering.words_of(question))


def _words(tool: Tool) -> str:
    return f"{tool.get('name', '')} {tool.get('description', '')}".replace("_", " ")


def _called_since_asked(messages: Messages) -> frozenset[str]:
    """Asked again for what it has, a model would go round in circles."""
    users = [place for place, message in enumerate(messages) if message.get("role") == "user"]
    since = messages[users[-1] + 1 :] if users else messages
    calls = (call for message in since for call in message.get("tool_calls") or ())
    return frozenset(str((call.get("function") or {}).get("name")) for call in calls)


def _arguments(parameters: Mapping[str, Any], question: str) -> dict[str, Any]:
    numbers, quoted = iter(_NUMBER.findall(question)), iter(_QUOTED.findall(question))
    properties: Mapping[str, Mapping[str, Any]] = parameters.get("properties") or {}
    return {name: _argument(schema, question, numbers, quoted) for name, schema in properties.items()}


def _argument(schema: Mapping[str, Any], question: str, numbers: Iterator[str], quoted: Iterator[str]) -> Any:
    kind = schema.get("type")
    if kind in ("integer", "number") and (number := next(numbers, "")):
        return int(float(number)) if kind == "integer" else float(number)
    said = next(quoted, question) if kind == "string" and not schema.get("enum") else question
    return grounding.instance(schema, question, said)
