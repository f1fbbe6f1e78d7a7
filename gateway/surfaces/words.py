"""How much of a question, or of an answer, a model reads or writes: its words, not the JSON around them. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from gateway.tokens import BYTES_A_TOKEN, size_of

# Chat completions', responses' and embeddings'.
_ASKED: Final = ("messages", "input", "instructions", "prompt")
# Providers count them as they stand.
_TOOLS: Final = ("tools", "functions")
_ANSWERED: Final = ("choices", "output")
# Where words stand in messages, items and their parts; pictures, sounds, files and ids stand elsewhere.
_WORDS: Final = (
    *("message", "content", "text", "refusal", "reasoning_content", "reasoning", "summary", "thinking"),
    *("tool_calls", "function_call", "function", "custom", "name", "arguments", "input", "output"),
)
_DEEPEST: Final = 12


def size_of_question(body: Mapping[str, Any]) -> int:
    """In bytes."""
    tools = sum(len(orjson.dumps(body[name])) for name in _TOOLS if body.get(name))
    return tools + sum(_size(body[name]) for name in _ASKED if name in body)


def size_of_answer(message: Mapping[str, Any]) -> int:
    """In bytes."""
    return sum(_size(message[name]) for name in _ANSWERED if name in message)


def _size(value: object, deepest: int = _DEEPEST) -> int:
    if isinstance(value, str):
        return size_of(value)
    if not deepest:
        return 0
    if isinstance(value, list):
        return sum([_size(each, deepest - 1) for each in value])
    if isinstance(value, dict):
        return sum([_size(value[name], deepest - 1) for name in _WORDS if name in value])
    # Embeddings are asked for tokens, too.
    return BYTES_A_TOKEN if type(value) is int else 0
