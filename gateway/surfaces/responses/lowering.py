"""A Responses call as a chat completion: what any provider can be asked. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.dialects.dialect import Unsupported
from gateway.surfaces.responses.items import lowered_input
from gateway.surfaces.responses.tools import lowered_tools

_ELSEWHERE: Final = "needs a provider with /responses of its own"
_LOGPROBS: Final = "message.output_text.logprobs"
_STATEFUL: Final = {
    "previous_response_id": f"previous_response_id {_ELSEWHERE}; send the earlier items in input",
    "conversation": f"conversation {_ELSEWHERE}; send the earlier items in input",
}
# Written anew below, or without a meaning where nothing is stored, searched or compacted.
_NOT_PASSED: Final = frozenset(
    {
        *("input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning"),
        *("max_output_tokens", "top_logprobs", "include", "stream_options", "metadata", "store"),
        # Of chat completions, and never meant here: they would go round the bound, or be paid for and not given.
        *("messages", "n", "max_tokens", "max_completion_tokens"),
        *(
            "background",
            "truncation",
            "max_tool_calls",
            "context_management",
            "background_options",
            "image",
            "access_programs",
        ),
        *_STATEFUL,
    }
)


def lowered(body: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that are the same in both, and those that nobody knows, pass as they are."""
    _refuse_what_is_kept_elsewhere(body)
    passed = {name: value for name, value in body.items() if name not in _NOT_PASSED}
    return {
        **passed,
        "messages": _messages(body),
        **lowered_tools(body),
        **_text(body.get("text")),
        **_bound(body),
        **_reasoning(body.get("reasoning")),
        **_logprobs(body),
        **_stored(body),
        **_streamed(body),
    }


def _refuse_what_is_kept_elsewhere(body: Mapping[str, Any]) -> None:
    for name, words in _STATEFUL.items():
        if body.get(name):
            raise Unsupported(words)
    prompt = body.get("prompt")
    if isinstance(prompt, dict) and "id" in prompt:
        raise Unsupported(f"prompt.id, a prompt that OpenAI keeps, {_ELSEWHERE}; name one of this gateway")


def _messages(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    instructions = body.get("instructions")
    first = [{"role": "system", "content": instructions}] if instructions else []
    return [*first, *lowered_input(body.get("input"))]


def _text(text: object) -> dict[str, Any]:
    if not isinstance(text, dict):
        return {}
    lowered: dict[str, Any] = {}
    match text.get("format"):
        case {"type": "json_schema", **schema}:
            given = {name: value for name, value in schema.items() if value is not None}
            lowered["response_format"] = {"type": "json_schema", "json_schema": given}
        case {"type": "json_object"}:
            lowered["response_format"] = {"type": "json_object"}
        case None | {"type": "text"}:
            pass
        case _:
            raise Unsupported(f"this text.format {_ELSEWHERE}")
    if text.get("verbosity") is not None:
        lowered["verbosity"] = text["verbosity"]
    return lowered


def _bound(body: Mapping[str, Any]) -> dict[str, Any]:
    most = body.get("max_output_tokens")
    return {} if most is None else {"max_completion_tokens": most}


def _reasoning(reasoning: object) -> dict[str, Any]:
    effort = reasoning.get("effort") if isinstance(reasoning, dict) else None
    return {} if effort is None else {"reasoning_effort": effort}


def _logprobs(body: Mapping[str, Any]) -> dict[str, Any]:
    include, most = body.get("include"), body.get("top_logprobs")
    if most:
        return {"logprobs": True, "top_logprobs": most}
    return {"logprobs": True} if isinstance(include, list) and _LOGPROBS in include else {}


def _stored(body: Mapping[str, Any]) -> dict[str, Any]:
    """Here the caller asks that nothing is stored, there nothing is unless asked for; OpenAI refuses the metadata of
    what is not."""
    if body.get("store") is not True:
        return {}
    return {"store": True, **({"metadata": body["metadata"]} if body.get("metadata") else {})}


def _streamed(body: Mapping[str, Any]) -> dict[str, Any]:
    """The end of every stream of Responses tells the usage."""
    return {"stream_options": {"include_usage": True}} if body.get("stream") else {}
