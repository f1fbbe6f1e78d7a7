"""The object `response`, around its output: of a whole answer, and of a stream's beginning and end. Pure."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from costs.usage import from_openai

# Of the question, what an answer repeats; without it, what OpenAI's types want all the same.
_REPEATED: Final[Mapping[str, Any]] = {
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "default",
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": None,
    "truncation": "disabled",
    "user": None,
}
_OF_A_COMPLETION: Final = frozenset({"id", "object", "created", "model", "choices", "usage", "service_tier"})
# Bytes to hide the length of what was said.
_NOISE: Final = frozenset({"obfuscation"})
# A stream tells it three times.
_LONGEST_REPEATED: Final = 4096
_INCOMPLETE: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Ending(NamedTuple):
    """How a `finish_reason` is told."""

    status: str
    reason: str | None = None

    @property
    def of_last_item(self) -> str:
        return "completed" if self.status == "completed" else "incomplete"


def ending_of(finish_reason: object) -> Ending:
    if isinstance(finish_reason, str) and finish_reason in _INCOMPLETE:
        return Ending("incomplete", _INCOMPLETE[finish_reason])
    return Ending("failed" if finish_reason == "error" else "completed")


def echo(body: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the question that its answer repeats."""
    return {name: body[name] for name in _REPEATED if body.get(name) is not None and not _is_long(body[name])}


def _is_long(value: object) -> bool:
    return isinstance(value, str) and len(value) > _LONGEST_REPEATED


def head(completion: Mapping[str, Any], repeated: Mapping[str, Any]) -> dict[str, Any]:
    """Of a completion, or a chunk of one: what is known when an answer begins, but for its extras."""
    tier = completion.get("service_tier")
    return {
        **_REPEATED,
        **repeated,
        **({"service_tier": tier} if tier else {}),
        "id": f"resp_{base_id(completion)}",
        "object": "response",
        "created_at": completion.get("created") or 0,
        "model": completion.get("model") or "",
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "previous_response_id": None,
        "store": False,
        "output": [],
        "usage": None,
    }


def ended(begun: Mapping[str, Any], output: list[dict[str, Any]], ending: Ending, usage: object) -> dict[str, Any]:
    details = {"reason": ending.reason} if ending.reason else None
    failed = {"code": "server_error", "message": "The provider ended the answer with an error."}
    return {
        **begun,
        "status": ending.status,
        "error": failed if ending.status == "failed" else None,
        "incomplete_details": details,
        "output": output,
        "usage": _usage(usage),
    }


def base_id(completion: Mapping[str, Any]) -> str:
    """What ids of one answer have in common."""
    return str(completion.get("id") or "").removeprefix("chatcmpl-") or "0"


def extras(completion: Mapping[str, Any]) -> dict[str, Any]:
    """What providers, and this gateway, say beyond OpenAI's shape."""
    return {
        name: value
        for name, value in completion.items()
        if name not in _OF_A_COMPLETION and name not in _NOISE and value is not None
    }


def _usage(usage: object) -> dict[str, Any] | None:
    counted = from_openai(usage) if isinstance(usage, dict) else None
    if counted is None:
        return None
    return {
        "input_tokens": counted.input_tokens,
        "input_tokens_details": {
            "cached_tokens": counted.cached_tokens,
            "cache_write_tokens": counted.cache_write_tokens,
        },
        "output_tokens": counted.output_tokens,
        "output_tokens_details": {"reasoning_tokens": counted.reasoning_tokens},
        "total_tokens": counted.input_tokens + counted.output_tokens,
    }
