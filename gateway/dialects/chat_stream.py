"""A streamed chat completion: relayed as it is, and read only where it tells something. Pure."""

from collections.abc import Mapping
from typing import Any, Final, override

from gateway import sse
from gateway.dialects.transcript import Transcript

_DONE: Final = b"[DONE]"
_BYTES_A_TOKEN: Final = 4
_SAYS_SOMETHING: Final = (
    "content",
    "tool_calls",
    "function_call",
    "refusal",
    "reasoning_content",
    "reasoning",
    "audio",
)


class ChatTranscript(Transcript):
    __slots__ = ("_envelope", "_wants_usage", "events", "size")

    def __init__(self, *, wants_usage: bool) -> None:
        super().__init__()
        self._wants_usage = wants_usage
        self._envelope = 0
        self.events = self.size = 0

    @property
    @override
    def closing(self) -> bytes:
        return sse.event(_DONE)

    @override
    def take(self, block: bytes) -> bytes:
        """Nearly all passes unread."""
        self.events += block.count(b"\n\n")
        self.size += len(block)
        if self.has_begun and not _tells(block):
            return block
        return b"".join([event for event in sse.split(block) if self._read(event)])

    @override
    def estimated_tokens(self) -> int:
        """Providers send about a token an event, or longer pieces at about four bytes a token."""
        if not self.has_begun:
            return 0
        return max(self.events - 1, (self.size - self.events * self._envelope) // _BYTES_A_TOKEN, 1)

    @override
    def broken_off(self, error: bytes) -> bytes:
        """An error and no [DONE]: no client may take what it has for the whole answer."""
        return sse.event(error)

    def _read(self, event: bytes) -> bool:
        """Whether the caller gets it."""
        if self.has_begun and not _tells(event):
            return True
        data = sse.data_of(event)
        if data is None:
            return True
        if data == _DONE:
            self.is_done = self.has_begun = True
            return False
        message = sse.parsed(data)
        self._envelope = min(self._envelope or len(event), len(event))
        choices = message.get("choices")
        self._note(message, choices if isinstance(choices, list) else [])
        return self.error is None and not (message.get("usage") and choices == [] and not self._wants_usage)

    def _note(self, message: Mapping[str, Any], choices: list[Any]) -> None:
        if isinstance(message.get("usage"), dict):
            self.usage = message["usage"]
        if message.get("error"):
            error = message["error"]
            self.error = error if isinstance(error, dict) else {"message": str(error)}
        for choice in choices:
            if isinstance(choice, dict):
                self.finish_reason = str(choice.get("finish_reason") or self.finish_reason)
                delta = choice.get("delta")
                self.has_begun = self.has_begun or bool(choice.get("finish_reason") or _says_something(delta))


def _tells(block: bytes) -> bool:
    """Whether any event of it may hold usage, an end, or an error. Errs on the side of reading."""
    count = block.count
    return (
        count(b'"finish_reason"') != count(b'"finish_reason":null') + count(b'"finish_reason": null')
        or count(b'"usage"') != count(b'"usage":null') + count(b'"usage": null')
        or b'"error"' in block
        or _DONE in block
    )


def _says_something(delta: object) -> bool:
    return isinstance(delta, dict) and any(delta.get(name) for name in _SAYS_SOMETHING)
