"""What Anthropic's Messages API refuses, as its description has it: so that nothing wrong passes here. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_FIELDS: Final = frozenset(
    {
        *("model", "messages", "max_tokens", "system", "tools", "tool_choice", "metadata", "stop_sequences", "stream"),
        *("thinking", "output_config", "cache_control", "service_tier", "container", "inference_geo", "speed"),
        *("temperature", "top_p", "top_k", "x_simulate"),
    }
)
_SAMPLING: Final = ("temperature", "top_p", "top_k")
_BLOCKS: Final = {
    "user": frozenset({"text", "image", "document", "tool_result", "search_result"}),
    "assistant": frozenset({"text", "tool_use", "thinking", "redacted_thinking"}),
}
_ID: Final = re.compile(r"[a-zA-Z0-9_-]+")
_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_MOST_HINTS: Final = 4
# Those before 4.6 go on in the assistant's last words; of the others none does.
_GOES_ON: Final = re.compile(r"claude-(?:3|[a-z]+-4-[0-5]\b|[a-z]+-4-2)")
# Those from 4.7 on have no temperature, and those from 5.1 on are not to be made to use a tool.
_NO_SAMPLING: Final = re.compile(r"claude-(?:fable|mythos|[a-z]+-4-[7-9]|[a-z]+-5)")
_NEVER_FORCED: Final = re.compile(r"claude-(?:fable|mythos|opus-5-[1-9]|sonnet-5-[1-9])")
_NO_EFFORT: Final = re.compile(r"claude-(?:3|(?:sonnet|haiku)-4-[0-5]\b|opus-4-1|[a-z]+-4-2)")

type Block = Mapping[str, Any]


def key_fault(headers: Mapping[bytes, bytes]) -> str:
    if not headers.get(b"x-api-key"):
        return "x-api-key header is required"
    return ""


def request_fault(headers: Mapping[bytes, bytes], asked: Mapping[str, Any]) -> str:
    """The first thing that is wrong with it, or nothing."""
    return next(_faults(headers, asked), "")


def _faults(headers: Mapping[bytes, bytes], asked: Mapping[str, Any]) -> Iterator[str]:
    if b"anthropic-version" not in headers:
        yield "anthropic-version: header is required"
    for name in asked.keys() - _FIELDS:
        yield f"{name}: Extra inputs are not permitted"
    for name in ("model", "max_tokens", "messages"):
        if name not in asked:
            yield f"{name}: Field required"
    if headers[b"anthropic-version"] >= b"2026-10-21":
        yield from (f"{name}: Extra inputs are not permitted" for name in _SAMPLING if name in asked)
    yield from _model_faults(asked, str(asked["model"]))
    yield from _numbers(asked)
    turns = asked["messages"]
    if not isinstance(turns, list) or not turns:
        yield "messages: at least one message is required"
        return
    for turn in turns:
        yield from _turn_faults(turn)
    yield from _order_faults(turns, str(asked["model"]))
    yield from _tool_faults(asked)
    if _hints(asked) > _MOST_HINTS:
        yield f"A maximum of {_MOST_HINTS} blocks with cache_control may be provided."


def _model_faults(asked: Mapping[str, Any], model: str) -> Iterator[str]:
    if _NO_SAMPLING.search(model):
        yield from (f"`{name}` is deprecated for this model." for name in _SAMPLING if name in asked)
    if _NEVER_FORCED.search(model) and (asked.get("tool_choice") or {}).get("type") in ("any", "tool"):
        yield "tool_choice: this model does not support forced tool use"
    if _NO_EFFORT.search(model) and "effort" in (asked.get("output_config") or {}):
        yield "output_config.effort: This model does not support the effort parameter."


def _numbers(asked: Mapping[str, Any]) -> Iterator[str]:
    most, thinking = asked["max_tokens"], asked.get("thinking") or {}
    if type(most) is not int or most < 1:
        yield "max_tokens: Input should be greater than or equal to 1"
        return
    if not 0 <= asked.get("temperature", 1) <= 1:
        yield "temperature: range: 0..1"
    if "temperature" in asked and "top_p" in asked:
        yield "`temperature` and `top_p` cannot both be specified for this model."
    if thinking.get("type") == "enabled" and not 1024 <= thinking.get("budget_tokens", 0) < most:
        yield "`max_tokens` must be greater than `thinking.budget_tokens`, and that at least 1024."
    if any(not stop.strip() for stop in asked.get("stop_sequences", [])):
        yield "stop_sequences: each stop sequence must contain non-whitespace"


def _turn_faults(turn: Mapping[str, Any]) -> Iterator[str]:
    role, content = turn.get("role"), turn.get("content")
    if role not in _BLOCKS:
        yield f"messages: Unexpected role {role!r}. The Messages API accepts a top-level `system` parameter."
        return
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
    if not blocks:
        yield "messages: all messages must have non-empty content"
    for block in blocks:
        kind = block.get("type")
        if kind not in _BLOCKS[role]:
            yield f"messages: a block of type {kind!r} may not stand in a message of role {role}"
        if kind == "text" and not str(block.get("text", "")).strip():
            yield "messages: text content blocks must contain non-whitespace text"
        if kind == "tool_use" and not isinstance(block.get("input"), dict):
            yield "messages: tool_use.input: Input should be a valid dictionary"
        if kind in ("tool_use", "tool_result") and not _ID.fullmatch(str(block.get("id") or block.get("tool_use_id"))):
            yield "messages: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"


def _order_faults(turns: Sequence[Mapping[str, Any]], model: str) -> Iterator[str]:
    """Turns of one role in a row are taken as one."""
    waiting: set[str] = set()
    for turn in turns:
        if turn["role"] == "assistant":
            waiting |= {block["id"] for block in _blocks(turn) if block["type"] == "tool_use"}
            continue
        given = [block["tool_use_id"] for block in _blocks(turn) if block["type"] == "tool_result"]
        if not set(given) <= waiting:
            yield "messages: `tool_result` without a `tool_use` in the message before"
        if waiting - set(given):
            yield "messages: `tool_use` ids were found without `tool_result` blocks immediately after"
        waiting = set()
    if waiting:
        yield "messages: the last message may not be a call of a tool"
    last = _blocks(turns[-1])[-1]
    if turns[-1]["role"] == "assistant" and not _GOES_ON.search(model):
        yield "This model does not support assistant message prefill."
    if turns[-1]["role"] == "assistant" and str(last.get("text", "")).endswith((" ", "\n")):
        yield "messages: final assistant content cannot end with trailing whitespace"


def _tool_faults(asked: Mapping[str, Any]) -> Iterator[str]:
    names = [tool.get("name") for tool in asked.get("tools", [])]
    choice = asked.get("tool_choice") or {}
    if any(not _NAME.fullmatch(str(name)) for name in names) or len(set(names)) < len(names):
        yield "tools: names must be unique and match '^[a-zA-Z0-9_-]{1,128}$'"
    if any(tool.get("input_schema", {}).get("type") != "object" for tool in asked.get("tools", [])):
        yield "tools: input_schema.type: Input should be 'object'"
    if choice and not names:
        yield "tool_choice: may only be specified while providing `tools`"
    if choice.get("type") == "tool" and choice.get("name") not in names:
        yield f"tool_choice: Tool '{choice.get('name')}' not found in provided tools"
    if choice.get("type") in ("any", "tool") and (asked.get("thinking") or {}).get("type") in ("enabled", "adaptive"):
        yield "Thinking may not be enabled when tool_choice forces tool use."
    if not names and any(block["type"] == "tool_use" for turn in asked["messages"] for block in _blocks(turn)):
        yield "tools: Field required: the conversation has calls of tools"


def _blocks(turn: Mapping[str, Any]) -> Sequence[Block]:
    content = turn["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _hints(value: object) -> int:
    if isinstance(value, Mapping):
        return ("cache_control" in value) + sum(map(_hints, value.values()))
    return sum(map(_hints, value)) if isinstance(value, list) else 0
