"""A streamed chat completion: each event is read, and passed on as it came. Pure."""

from collections.abc import Mapping
from typing import Any, Final, override

from gateway import sse
from gateway.dialects.transcript import Transcript
from gateway.dialects.written import Written

_DONE: Final = b"[DONE]"
_SAYS_SOMETHING: Final = frozenset(
    {"content", "tool_calls", "function_call", "refusal", "reasoning_content", "reasoning", "audio"}
)
# Where words stand in calls, in sounds and in content that is a list.
_WITHIN: Final = ("function", "custom", "name", "arguments", "input", "transcript", "text", "thinking")


class ChatTranscript(Transcript):
    __slots__ = ("_wants_usage", "_written")

    def __init__(self, *, wants_usage: bool) -> None:
        super().__init__()
        self._wants_usage = wants_usage
        self._written = Written()

    @property
    @override
    def closing(self) -> bytes:
        return sse.event(_DONE)

    @override
    def take(self, block: bytes) -> bytes:
        return b"".join([event for event in sse.split(block) if self._read(event)])

    @override
    def estimated_tokens(self) -> int:
        return max(self._written.tokens, 1) if self.has_begun else 0

    @override
    def broken_off(self, error: bytes) -> bytes:
        """An error and no [DONE]: no client may take what it has for the whole answer."""
        return sse.event(error)

    def _read(self, event: bytes) -> bool:
        """Whether the caller gets it."""
        data = sse.data_of(event)
        if data is None:
            return True
        if data == _DONE:
            self.is_done = self.has_begun = True
            return False
        message = sse.parsed(data)
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
                reason, delta = choice.get("finish_reason"), choice.get("delta")
                if reason:
                    self.finish_reason, self.has_begun = str(reason), True
                if isinstance(delta, dict):
                    self._note_words(delta)

    def _note_words(self, delta: Mapping[str, Any]) -> None:
        """Some say the same words under two names."""
        said = {_words_of(value) for name, value in delta.items() if value and name in _SAYS_SOMETHING}
        for words in said:
            self.has_begun = True
            self._written.add(words)


def _words_of(said: object) -> str:
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return "".join(map(_words_of, said))
    return "".join(_words_of(said.get(name)) for name in _WITHIN) if isinstance(said, dict) else ""
