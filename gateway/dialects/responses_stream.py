"""A streamed response: each event is read, and passed on as it came. Pure."""

from collections.abc import Mapping
from typing import Any, Final, override

from gateway import sse
from gateway.dialects import responses_events
from gateway.dialects.transcript import Transcript

_DONE: Final = b"[DONE]"
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
# A larger number counts nothing, and cannot be written as one.
_MOST_EVENTS: Final = 1 << 53
# Its delta is no words.
_SOUND: Final = "response.audio.delta"
_CALLS: Final = frozenset({"function_call", "custom_tool_call"})


class NativeTranscript(Transcript):
    __slots__ = ("_closing", "_next")

    def __init__(self) -> None:
        super().__init__()
        self._closing = b""
        # The number of the event that would come next.
        self._next = 0

    @property
    @override
    def closing(self) -> bytes:
        return self._closing

    @override
    def take(self, event: bytes) -> bytes:
        if self.is_done or self.error is not None:
            return b""
        data = sse.data_of(event)
        if data is None:
            return sse.skipped(event)
        return event if self._read(event, data) else b""

    @property
    @override
    def is_counted(self) -> bool:
        """Usage comes with the last event alone, also of one that failed."""
        return self.usage is not None

    @override
    def broken_off(self, error: bytes) -> bytes:
        return responses_events.broken_off(error, self._next)

    def _read(self, event: bytes, data: bytes) -> bool:
        """Whether the caller gets it now."""
        if data == _DONE:
            return False
        message = self.parsed(data)
        number = message.get("sequence_number")
        self._next = (number if type(number) is int and 0 <= number < _MOST_EVENTS else self._next) + 1
        self._note(message, event)
        return self.error is None and not self.is_done

    def _note(self, message: Mapping[str, Any], event: bytes) -> None:
        kind, response = message.get("type"), message.get("response")
        response = response if isinstance(response, dict) else {}
        if kind in _LAST:
            self._note_usage(response)
            self.finish_reason, self._closing = finish_reason(response) or "stop", event
            self.is_done = self.has_begun = True
        elif kind == "response.failed":
            self.error = _error(response.get("error"))
            self._note_usage(response)
        elif kind == "error" or message.get("error"):
            self.error = _error(message.get("error") or message)
        elif _says_something(message):
            self.has_begun = True
            self._note_words(str(kind), message.get("delta"))

    def _note_usage(self, response: Mapping[str, Any]) -> None:
        usage = response.get("usage")
        self.count(usage if isinstance(usage, dict) else None)

    def _note_words(self, kind: str, delta: object) -> None:
        if kind == _SOUND:
            self.written.hear(delta)
        elif isinstance(delta, str) and kind.endswith(".delta"):
            self.written.add(delta)


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


def _says_something(message: Mapping[str, Any]) -> bool:
    kind, item = message.get("type"), message.get("item")
    if kind == "response.output_item.added" and isinstance(item, dict):
        return item.get("type") not in _EMPTY_AT_FIRST
    return isinstance(kind, str) and kind not in _NOTHING_YET


def _error(error: object) -> Mapping[str, Any]:
    return error if isinstance(error, dict) else {"message": str(error or "The provider ended the answer.")}
