"""The items of an answer, as OpenAI's Responses shape them. Pure."""

from collections.abc import Mapping
from typing import Any


def message(item_id: str, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": item_id, "type": "message", "status": status, "role": "assistant", "content": content}


def reasoning(item_id: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": item_id, "type": "reasoning", "summary": [], "content": content}


def function_call(item_id: str, status: str, call_id: str, name: str, arguments: str) -> dict[str, Any]:
    return {
        "id": item_id,
        "type": "function_call",
        "status": status,
        "call_id": call_id,
        "name": name,
        "arguments": arguments,
    }


def custom_call(item_id: str, call_id: str, name: str, input_: str) -> dict[str, Any]:
    return {"id": item_id, "type": "custom_tool_call", "call_id": call_id, "name": name, "input": input_}


def text_part(text: str, logprobs: list[dict[str, Any]], annotations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": logprobs}


def refusal_part(refusal: str) -> dict[str, Any]:
    return {"type": "refusal", "refusal": refusal}


def reasoning_part(text: str) -> dict[str, Any]:
    return {"type": "reasoning_text", "text": text}


def logprobs_of(choice: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of the text's tokens; of a refusal's, Responses tell none."""
    told = choice.get("logprobs")
    tokens = told.get("content") if isinstance(told, dict) else None
    return [_logprob(token) for token in _objects(tokens)]


def annotations_of(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_annotation(each) for each in _objects(said.get("annotations"))]


def reasoning_of(said: Mapping[str, Any]) -> str:
    """By either name under which providers tell it."""
    told = said.get("reasoning_content") or said.get("reasoning")
    return told if isinstance(told, str) else ""


def _logprob(token: Mapping[str, Any]) -> dict[str, Any]:
    return {**_token(token), "top_logprobs": [_token(each) for each in _objects(token.get("top_logprobs"))]}


def _token(token: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "token": str(token.get("token") or ""),
        "bytes": token.get("bytes") or [],
        "logprob": token.get("logprob") or 0.0,
    }


def _annotation(each: Mapping[str, Any]) -> dict[str, Any]:
    """Chat completions put what is cited into an object of its own."""
    kind = str(each.get("type") or "")
    inner = each.get(kind)
    return {"type": kind, **inner} if isinstance(inner, dict) else dict(each)


def _objects(values: object) -> list[Mapping[str, Any]]:
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
