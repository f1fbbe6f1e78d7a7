"""A streamed response: relayed as it is, and read only where it tells something. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final, override

from gateway import sse
from gateway.dialects import responses_events
from gateway.dialects.transcript import Transcript

_BYTES_A_TOKEN: Final = 4
_DONE: Final = b"[DONE]"
_NUMBER: Final = re.compile(rb'"sequence_number":\s*(\d+)')
_ENDS: Final = (b"response.completed", b"response.incomplete", b"response.failed")
_LAST: Final = frozenset({"response.completed", "response.incomplete"})
# Their items are there before anything is in them.
_EMPTY_AT_FIRST: Final = frozenset({"message", "reasoning"})
_NOTHING_YET: Final = frozenset(
    {
        *("response.created", "response.queued", "response.in_progress", "keepalive"),
        *("response.content_part.added", "response.reasoning_summary_part.added"),
    }
)
_FINISH_REASONS: Final = {"max_output_tokens": "length", "content_filter": "content_filter"}
_CALLS: Final = frozenset({"function_call", "custom_tool_call"})


class NativeTranscript(Transcript):
    __slots__ = ("_block", "_closing", "_envelope", "_pieces", "_size")

    def __init__(self) -> None:
        super().__init__()
        self._closing = self._block = b""
        self._pieces = self._size = self._envelope = 0

    @property
    @override
    def closing(self) -> bytes:
        return self._closing

    @override
    def take(self, block: bytes) -> bytes:
        """Nearly all passes unread."""
        if self.is_done:
            return b""
        self._block = block
        pieces = block.count(b'.delta"')
        if pieces:
            self._pieces += pieces
            self._size += len(block)
        if self.has_begun and not _tells(block):
            return block
        return b"".join([event for event in sse.split(block) if self._read(event)])

    @override
    def estimated_tokens(self) -> int:
        """Providers send about a token an event, or longer pieces at about four bytes a token."""
        if not self._pieces:
            return int(self.has_begun)
        return max(self._pieces, (self._size - self._pieces * self._envelope) // _BYTES_A_TOKEN)

    @override
    def broken_off(self, error: bytes) -> bytes:
        numbers = _NUMBER.findall(self._block)
        return responses_events.broken_off(error, int(numbers[-1]) + 1 if numbers else 0)

    def _read(self, event: bytes) -> bool:
        """Whether the caller gets it now."""
        if self.is_done or self.error is not None:
            return False
        if self.has_begun and not _tells(event):
            return True
        data = sse.data_of(event)
        if data is None:
            return True
        if data == _DONE:
            return False
        message = sse.parsed(data)
        self._note(message, event)
        return self.error is None and not self.is_done

    def _note(self, message: Mapping[str, Any], event: bytes) -> None:
        kind, response = message.get("type"), message.get("response")
        response = response if isinstance(response, dict) else {}
        if kind in _LAST:
            usage = response.get("usage")
            self.usage = usage if isinstance(usage, dict) else None
            self.finish_reason, self._closing = finish_reason(response) or "stop", event
            self.is_done = self.has_begun = True
        elif kind == "response.failed":
            self.error = _error(response.get("error"))
            usage = response.get("usage")
            self.usage = usage if isinstance(usage, dict) else None
        elif kind == "error" or message.get("error"):
            self.error = _error(message.get("error") or message)
        elif _says_something(message):
            self.has_begun = True
            self._envelope = self._envelope or len(event)


def finish_reason(response: Mapping[str, Any]) -> str:
    """In the words of chat completions, which records and pages know."""
    status, details = response.get("status"), response.get("incomplete_details")
    if status == "incomplete":
        reason = str((details or {}).get("reason") or "") if isinstance(details, dict) else ""
        return _FINISH_REASONS.get(reason, reason or "incomplete")
    if status == "completed":
        output = response.get("output")
        items = output if isinstance(output, list) else []
        is_call = any(isinstance(item, dict) and item.get("type") in _CALLS for item in items)
        return "tool_calls" if is_call else "stop"
    return str(status or "")


def _tells(block: bytes) -> bool:
    """Whether any event of it may hold an end or an error. Errs on the side of reading."""
    return any(name in block for name in _ENDS) or _may_fail(block) or _DONE in block


def _may_fail(block: bytes) -> bool:
    count = block.count
    return count(b'"error"') != count(b'"error":null') + count(b'"error": null')


def _says_something(message: Mapping[str, Any]) -> bool:
    kind, item = message.get("type"), message.get("item")
    if kind == "response.output_item.added" and isinstance(item, dict):
        return item.get("type") not in _EMPTY_AT_FIRST
    return isinstance(kind, str) and kind not in _NOTHING_YET


def _error(error: object) -> Mapping[str, Any]:
    return error if isinstance(error, dict) else {"message": str(error or "The provider ended the answer.")}
