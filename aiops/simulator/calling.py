"""Which of the tools that it is given the simulator calls: those that the question names, or the one it must. Pure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from aiops.simulator import grounding
from aiops.simulator.conversation import Messages, question_of


class Tool(NamedTuple):
    name: str
    parameters: Mapping[str, Any]


class ToolCall(NamedTuple):
    id: str
    name: str
    arguments: str


def calls_for(messages: Messages, tools: Sequence[Tool], wanted: object) -> tuple[ToolCall, ...]:
    """`wanted`: the name of the one that must be called, or `auto`, `required` or `none`. What came back from a tool is
    answered in words."""
    if not tools or wanted == "none" or (messages and messages[-1].get("role") == "tool"):
        return ()
    question = question_of(messages)
    words = set(re.findall(r"[^\W_]+", question.lower()))
    called = [tool for tool in tools if tool.name == wanted or (wanted == "auto" and _words_of(tool) <= words)]
    if wanted == "required":
        called = [tool for tool in tools if _words_of(tool) <= words] or [tools[0]]
    return tuple(_call(tool, question) for tool in called)


def chosen(choice: object) -> str:
    """`tool_choice` in one word, as chat completions and Responses send it."""
    if not isinstance(choice, dict):
        return str(choice or "auto")
    inner = choice.get(str(choice.get("type")))
    named = inner if isinstance(inner, dict) else choice
    return str(named.get("name") or named.get("mode") or "auto")


def _words_of(tool: Tool) -> set[str]:
    return set(re.findall(r"[^\W_]+", tool.name.lower()))


def _call(tool: Tool, question: str) -> ToolCall:
    arguments = orjson.dumps(grounding.instance(tool.parameters, question, question) or {}).decode()
    digest = hashlib.sha256(f"{tool.name}\0{arguments}".encode()).hexdigest()[:16]
    return ToolCall(f"call_sim{digest}", tool.name, arguments)
