"""Calls of tools and their results, in a conversation. Pure."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from gateway.dialects.anthropic.parts import Block, blocks_of, hint_of
from gateway.dialects.dialect import Unsupported

# Whoever declares `functions` reads `function_call`: the name carries that through the model and back.
OF_FUNCTION: Final = "aiops-function-"
_GOOD_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def tool_use(call: object) -> Block:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(call, dict) or not isinstance(function, dict):
        raise Unsupported("a call of a tool that is no function")
    return _use(_id(call.get("id")), str(function.get("name", "")), function.get("arguments"))


def function_use(call: Mapping[str, Any], number: int) -> Block:
    """Of the time before tools, when a call had no id."""
    return _use(_function_id(number), OF_FUNCTION + str(call.get("name", "")), call.get("arguments"))


def tool_result(message: Mapping[str, Any]) -> Block:
    return _result(_id(message.get("tool_call_id")), message)


def function_result(message: Mapping[str, Any], number: int) -> Block:
    return _result(_function_id(number), message)


def told_name(name: str) -> tuple[str, bool]:
    """A tool's name as the caller knows it, and whether it was declared as a function."""
    return name.removeprefix(OF_FUNCTION), name.startswith(OF_FUNCTION)


def _use(call_id: str, name: str, arguments: object) -> Block:
    return {"type": "tool_use", "id": call_id, "name": name, "input": _input(arguments)}


def _result(call_id: str, message: Mapping[str, Any]) -> Block:
    content = blocks_of(message.get("content"))
    said = {"content": content} if content else {}
    failed = {"is_error": True} if message.get("is_error") is True else {}
    return {"type": "tool_result", "tool_use_id": call_id, **said, **failed, **hint_of(message)}


def _input(arguments: object) -> dict[str, Any]:
    """A model's arguments are a text that need not be JSON; Anthropic wants an object."""
    try:
        parsed = orjson.loads(arguments or "{}") if isinstance(arguments, str) else arguments
    except orjson.JSONDecodeError:
        parsed = None
    if isinstance(parsed, dict):
        return parsed
    return {} if arguments is None else {"arguments": arguments}


def _id(given: object) -> str:
    """Other providers' ids may have letters in them that Anthropic refuses."""
    text = str(given)
    if _GOOD_ID.fullmatch(text):
        return text
    return f"call_{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:24]}"


def _function_id(number: int) -> str:
    return f"function_{number}"
