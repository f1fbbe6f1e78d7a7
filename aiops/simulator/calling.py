"""Which of the tools that it is given the simulator calls: those that the question names, or the one it must. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from aiops.simulator import grounding
from aiops.simulator.conversation import Messages, question_of, text_of

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED: Final = re.compile(r"[\"“]([^\"”]+)[\"”]")


class Tool(NamedTuple):
    name: str
    parameters: Mapping[str, Any]


class ToolCall(NamedTuple):
    id: str
    name: str
    arguments: str


def calls_for(messages: Messages, tools: Sequence[Tool], wanted: object) -> tuple[ToolCall, ...]:
    """`wanted`: the name of the one that must be called, or `auto`, `required` or `none`. What came back from a tool is
    answered in words, unless another one must be called."""
    left = _not_called_yet(tools, messages)
    if not left or wanted == "none" or (wanted == "auto" and result_in(messages) is not None):
        return ()
    question = question_of(messages)
    words = set(re.findall(r"[^\W_]+", question.lower()))
    called = [tool for tool in left if tool.name == wanted or (wanted == "auto" and _words_of(tool) <= words)]
    if wanted == "required":
        called = [tool for tool in left if _words_of(tool) <= words] or [left[0]]
    return tuple(_call(tool, question) for tool in called)


def _not_called_yet(tools: Sequence[Tool], messages: Messages) -> list[Tool]:
    """Since the question: asked again for what it has, a model would go round in circles."""
    asked = max((place for place, message in enumerate(messages) if message.get("role") == "user"), default=-1)
    calls = (call for message in messages[asked + 1 :] for call in message.get("tool_calls") or ())
    called = {(call.get("function") or {}).get("name") for call in calls}
    return [tool for tool in tools if tool.name not in called]


def chosen(choice: object) -> str:
    """`tool_choice` in one word, as chat completions and Responses send it."""
    if not isinstance(choice, dict):
        return str(choice or "auto")
    inner = choice.get(str(choice.get("type")))
    named = inner if isinstance(inner, dict) else choice
    return str(named.get("name") or named.get("mode") or "auto")


def result_in(messages: Messages) -> str | None:
    """What a tool gave back, when that is the last thing said."""
    last = messages[-1] if messages else {}
    return text_of(last) if last.get("role") == "tool" else None


def _words_of(tool: Tool) -> set[str]:
    return set(re.findall(r"[^\W_]+", tool.name.lower()))


def _call(tool: Tool, question: str) -> ToolCall:
    arguments = orjson.dumps(_arguments(tool.parameters, question)).decode()
    digest = hashlib.sha256(f"{tool.name}\0{arguments}".encode()).hexdigest()[:16]
    return ToolCall(f"call_sim{digest}", tool.name, arguments)


def _arguments(parameters: Mapping[str, Any], question: str) -> dict[str, Any]:
    """Numbers and quoted words out of the question, in their order, and what else it says."""
    numbers, quoted = iter(_NUMBER.findall(question)), iter(_QUOTED.findall(question))
    properties: Mapping[str, Mapping[str, Any]] = parameters.get("properties") or {}
    return {name: _argument(schema, question, numbers, quoted) for name, schema in properties.items()}


def _argument(schema: Mapping[str, Any], question: str, numbers: Iterator[str], quoted: Iterator[str]) -> Any:
    kind = schema.get("type")
    if kind in ("integer", "number") and (number := next(numbers, "")):
        return int(float(number)) if kind == "integer" else float(number)
    said = next(quoted, question) if kind == "string" and not schema.get("enum") else question
    return grounding.instance(schema, question, said)
