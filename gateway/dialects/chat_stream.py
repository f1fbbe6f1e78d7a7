"""A streamed chat completion: each event is read, and passed on as it came. Pure."""

from collections.abc import Mapping
from typing import Any, Final, override

from gateway import sse
from gateway.dialects.transcript import Transcript

_DONE: Final = b"[DONE]"


class ChatTranscript(Transcript):
    __slots__ = ("_wants_usage",)

    def __init__(self, *, wants_usage: bool) -> None:
        super().__init__()
        self._wants_usage = wants_usage

    @property
    @override
    def closing(self) -> bytes:
        return sse.event(_DONE)

    @override
    def take(self, event: bytes) -> bytes:
        data = sse.data_of(event)
        if data is None:
            return sse.skipped(event)
        return event if self._read(data) else b""

    @override
    def broken_off(self, error: bytes) -> bytes:
        """An error and no [DONE]: no client may take what it has for the whole answer."""
        return sse.event(error)

    def _read(self, data: bytes) -> bool:
        """Whether the caller gets it."""
        if data == _DONE:
            self.is_done = self.has_begun = True
            return False
        message = self.parsed(data)
        choices = message.get("choices")
        self._note(message, choices if isinstance(choices, list) else [])
        return self.error is None and not (message.get("usage") and choices == [] and not self._wants_usage)

    def _note(self, message: Mapping[str, Any], choices: list[Any]) -> None:
        if message.get("error"):
            error = message["error"]
            self.error = error if isinstance(error, dict) else {"message": str(error)}
        for choice in choices:
            if isinstance(choice, dict):
                reason, delta = choice.get("finish_reason"), choice.get("delta")
                if reason:
                    self.finish_reason, self.has_begun = str(reason), True
                if isinstance(delta, dict) and self.written.note(delta):
                    self.has_begun = True
        if isinstance(message.get("usage"), dict):
            self.count(message["usage"])
