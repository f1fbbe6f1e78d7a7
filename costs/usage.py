"""What a call used, as the provider says, in one shape that cannot contradict itself. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeGuard

# No model reads or writes as much in one call.
_MOST: Final = 10_000_000
_INPUT: Final = ("prompt_tokens", "input_tokens")
_OUTPUT: Final = ("completion_tokens", "output_tokens")
_COUNTS: Final = (*_INPUT, *_OUTPUT)
_SUMS: Final = ("total_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


class Usage(NamedTuple):
    """Tokens. The input holds what was cached, written to cache and heard; the output what was reasoned and spoken."""

    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    audio_input_tokens: int = 0
    audio_output_tokens: int = 0

    def plus(self, *others: "Usage") -> "Usage":
        return Usage(*map(sum, zip(self, *others, strict=True)))


def from_openai(usage: Mapping[str, Any]) -> Usage | None:
    """Read a `usage` object of chat completions or responses, from whoever imitates them. None when it counts neither
    what went in nor what came out, or more than any model takes: nothing said is not nothing used.

    What is missing or no number beside a count is what the total leaves for it, or 0, and no part exceeds its whole: a
    strange answer must not lose its record.
    """
    if any(is_absurd(usage.get(name)) for name in (*_COUNTS, *_SUMS)):
        return None
    read = _read(usage) if any(is_count(usage.get(name)) for name in _COUNTS) else None
    return None if read is None or max(read) > _MOST else read


def says_input(usage: Mapping[str, Any]) -> bool:
    """Whether it counts what went in, be it only by its total."""
    return _first_count(usage, _INPUT) is not None or _rest_of_total(usage) is not None


def says_output(usage: Mapping[str, Any]) -> bool:
    """Whether it counts what came out, be it only by its total."""
    return _first_count(usage, _OUTPUT) is not None or _read(usage).output_tokens > 0


def is_absurd(count: object) -> bool:
    """A whole number beyond 64 bits is read as a float."""
    return isinstance(count, int | float) and count > _MOST


def _read(usage: Mapping[str, Any]) -> Usage:
    get = usage.get
    inputs = _details(get("prompt_tokens_details") or get("input_tokens_details"))
    outputs = _details(get("completion_tokens_details") or get("output_tokens_details"))
    cached = _count(
        inputs.get("cached_tokens")
        or get("cache_read_input_tokens")
        or get("prompt_cache_hit_tokens")
        or get("cached_tokens")
    )
    written = _count(inputs.get("cache_write_tokens") or get("cache_creation_input_tokens"))
    reasoning = _count(outputs.get("reasoning_tokens"))
    total_input = _input_tokens(usage, cached + written)
    total_output = _first_count(usage, _OUTPUT) or 0
    hidden = _count(get("total_tokens")) - total_input - total_output
    # Some leave their reasoning out of the output, and only the total tells.
    if hidden > 0 and reasoning in (0, hidden) and hidden != cached + written:
        reasoning = hidden
        total_output += hidden
    cached = min(cached, total_input)
    return Usage(
        total_input,
        cached,
        min(written, total_input - cached),
        total_output,
        min(reasoning, total_output),
        min(_count(inputs.get("audio_tokens")), total_input),
        min(_count(outputs.get("audio_tokens")), total_output),
    )


def _input_tokens(usage: Mapping[str, Any], from_cache: int) -> int:
    tokens = _first_count(usage, _INPUT)
    if tokens is None:
        return _rest_of_total(usage) or 0
    if is_count(usage.get("prompt_tokens")):
        return tokens
    # Anthropic's own shape counts only what is past the cache.
    if "cache_read_input_tokens" in usage or "cache_creation_input_tokens" in usage:
        return tokens + from_cache
    return tokens


def _rest_of_total(usage: Mapping[str, Any]) -> int | None:
    """What a total leaves beside the output."""
    total, output = _first_count(usage, ("total_tokens",)), _first_count(usage, _OUTPUT)
    return None if total is None or output is None or total <= output else total - output


def _first_count(usage: Mapping[str, Any], names: Sequence[str]) -> int | None:
    return next((_count(usage[name]) for name in names if is_count(usage.get(name))), None)


def _details(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int:
    return min(int(value), _MOST) if is_count(value) else 0


def is_count(value: object) -> TypeGuard[int | float]:
    # True is no count, NaN compares with nothing, and infinity is nobody's whole number.
    return (type(value) is int and value >= 0) or (type(value) is float and 0 <= value <= _MOST)
