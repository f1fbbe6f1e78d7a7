"""The answer in OpenAI's shapes: whole, or as the stream that the caller asked for. Pure."""

import time
from collections.abc import Mapping
from typing import Any

import orjson

from costs.usage import Usage
from gateway import sse
from gateway.grounding.grounded import Grounded
from gateway.grounding.verdict import Verdict

_OF_A_CHUNK = ("id", "created", "model", "system_fingerprint", "service_tier")


def whole(message: Mapping[str, Any], grounded: Grounded, usage: Usage | None) -> bytes:
    """The provider's answer, its text replaced by what the user is to read; `usage`, if not the provider's own."""
    shaped = {**message, "choices": [_choice(message, grounded.verdict)], "grounding": grounded.told()}
    return orjson.dumps(shaped if usage is None else {**shaped, "usage": _told(usage)})


def of_nobody(call_id: str, model: str) -> dict[str, Any]:
    """For an answer that no model gave."""
    return {
        "id": f"chatcmpl-{call_id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant"}, "finish_reason": "stop"}],
        "usage": _told(Usage()),
    }


def as_stream(data: bytes, *, wants_usage: bool) -> bytes:
    """The whole answer in events, all but the end of the stream: it was held until it was checked."""
    message = orjson.loads(data)
    head = {name: message[name] for name in _OF_A_CHUNK if name in message} | {"object": "chat.completion.chunk"}
    choice = message["choices"][0]
    said = {name: value for name, value in choice["message"].items() if value is not None}
    last: dict[str, Any] = {"index": 0, "delta": {}, "finish_reason": choice.get("finish_reason") or "stop"}
    chunks = [
        {**head, "choices": [{"index": 0, "delta": said, "finish_reason": None}]},
        {**head, "choices": [last], "grounding": message["grounding"]},
    ]
    if wants_usage:
        chunks.append({**head, "choices": [], "usage": message.get("usage")})
    return b"".join(sse.event(orjson.dumps(chunk)) for chunk in chunks)


def _choice(message: Mapping[str, Any], verdict: Verdict | None) -> dict[str, Any]:
    choices = message["choices"]
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    text = verdict.text if verdict else ""
    said = {"role": "assistant", "content": text, "refusal": text if verdict and verdict.refused else None}
    # What the tokens were is of the JSON, not of what is read.
    return {"finish_reason": "stop", **first, "index": 0, "message": said, "logprobs": None}


def _told(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens, "audio_tokens": usage.audio_input_tokens},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning_tokens,
            "audio_tokens": usage.audio_output_tokens,
        },
    }
