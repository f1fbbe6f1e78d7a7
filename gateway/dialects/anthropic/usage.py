"""What Anthropic says a call used, in the shape of chat completions. Pure."""

from collections.abc import Mapping
from typing import Any

from costs.usage import is_absurd, is_count


def usage_in_chat(usage: object) -> dict[str, Any] | None:
    """None: it counts nothing, or what nobody could have used. What it does not count is not in it.

    Its input is past the cache; ours is all of it.
    """
    if not isinstance(usage, dict):
        return None
    has_input, has_output = is_count(usage.get("input_tokens")), is_count(usage.get("output_tokens"))
    if not has_input and not has_output:
        return None
    if any(map(is_absurd, usage.values())):
        return None
    read, written = _count(usage.get("cache_read_input_tokens")), _written(usage)
    inputs = _count(usage.get("input_tokens")) + read + written
    output = _count(usage.get("output_tokens"))
    details = usage.get("output_tokens_details")
    thoughts = _count(details.get("thinking_tokens")) if isinstance(details, dict) else 0
    return {
        **({"prompt_tokens": inputs} if has_input else {}),
        **({"completion_tokens": output} if has_output else {}),
        **({"total_tokens": inputs + output} if has_input and has_output else {}),
        "prompt_tokens_details": {"cached_tokens": read, "cache_write_tokens": written},
        "completion_tokens_details": {"reasoning_tokens": min(thoughts, output)},
    }


def _written(usage: Mapping[str, Any]) -> int:
    """In all, or by how long it is kept."""
    parts = usage.get("cache_creation")
    apart = sum(map(_count, parts.values())) if isinstance(parts, dict) else 0
    return _count(usage.get("cache_creation_input_tokens")) or apart


def _count(value: object) -> int:
    return int(value) if is_count(value) else 0
