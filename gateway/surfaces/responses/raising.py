"""A chat completion as the object `response`. Pure."""

from collections.abc import Mapping
from typing import Any

from gateway.surfaces.responses import output
from gateway.surfaces.responses.response import base_id, ended, ending_of, extras, head


def raised(completion: Mapping[str, Any], repeated: Mapping[str, Any]) -> dict[str, Any]:
    choice = _first(completion.get("choices"))
    said = choice.get("message")
    ending = ending_of(choice.get("finish_reason"))
    items = _items(base_id(completion), choice, said if isinstance(said, dict) else {})
    if items and "status" in items[-1]:
        items[-1]["status"] = ending.of_last_item
    begun = {**extras(completion), **head(completion, repeated)}
    return ended(begun, items, ending, completion.get("usage"))


def _items(base: str, choice: Mapping[str, Any], said: Mapping[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if thought := output.reasoning_of(said):
        items.append(output.reasoning(f"rs_{base}_0", [output.reasoning_part(thought)]))
    calls = said.get("tool_calls")
    parts = _parts(choice, said)
    if parts or not calls:
        parts = parts or [output.text_part("", [], [])]
        items.append(output.message(f"msg_{base}_{len(items)}", "completed", parts))
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, dict):
            items.append(_call(base, len(items), call))
    return items


def _parts(choice: Mapping[str, Any], said: Mapping[str, Any]) -> list[dict[str, Any]]:
    text, refusal = _text(said.get("content")), said.get("refusal")
    parts: list[dict[str, Any]] = []
    # A refusal of this gateway is told in both places; Responses have one for it.
    if text and text != refusal:
        parts.append(output.text_part(text, output.logprobs_of(choice), output.annotations_of(said)))
    if isinstance(refusal, str) and refusal:
        parts.append(output.refusal_part(refusal))
    return parts


def _text(content: object) -> str:
    """Some providers answer in parts, too."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if _is_text(part))
    return content if isinstance(content, str) else ""


def _is_text(part: object) -> bool:
    return isinstance(part, dict) and part.get("type") == "text"


def _call(base: str, index: int, call: Mapping[str, Any]) -> dict[str, Any]:
    call_id = str(call.get("id") or f"call_{base}_{index}")
    custom, function = call.get("custom"), call.get("function")
    if isinstance(custom, dict):
        return output.custom_call(f"ctc_{base}_{index}", call_id, str(custom.get("name") or ""), _of(custom, "input"))
    function = function if isinstance(function, dict) else {}
    name, arguments = str(function.get("name") or ""), _of(function, "arguments")
    return output.function_call(f"fc_{base}_{index}", "completed", call_id, name, arguments)


def _of(call: Mapping[str, Any], name: str) -> str:
    value = call.get(name)
    return value if isinstance(value, str) else ""


def _first(choices: object) -> Mapping[str, Any]:
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}
