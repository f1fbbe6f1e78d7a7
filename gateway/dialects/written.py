"""How much a model has written, for an answer that nobody counts. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.tokens import BYTES_A_TOKEN, size_of

_SAYS_SOMETHING: Final = frozenset(
    {"content", "tool_calls", "function_call", "refusal", "reasoning_content", "reasoning", "audio"}
)
# Where words stand in calls, in sounds and in content that is a list.
_WITHIN: Final = ("function", "custom", "name", "arguments", "input", "transcript", "text", "thinking")
# A token is 50 ms of what a model speaks: 24,000 samples a second, two bytes each, in base64.
_SOUND_A_TOKEN: Final = 3_200


class Written:
    """Providers send about a token a piece, or longer pieces at about four bytes a token."""

    __slots__ = ("_heard", "_pieces", "_size")

    def __init__(self) -> None:
        self._pieces = self._size = self._heard = 0

    def note(self, delta: Mapping[str, Any]) -> bool:
        """Whether this piece of a chat completion says something. Some say the same words under two names."""
        said = {_words_of(value) for name, value in delta.items() if value and name in _SAYS_SOMETHING}
        for words in said:
            self.add(words)
        audio = delta.get("audio")
        if isinstance(audio, dict):
            self.hear(audio.get("data"))
        return bool(said)

    def add(self, words: str) -> None:
        if words:
            self._pieces += 1
            self._size += size_of(words)

    def hear(self, sound: object) -> None:
        """In base64."""
        self._heard += len(sound) if isinstance(sound, str) else 0

    @property
    def tokens(self) -> int:
        return max(self._pieces, self._size // BYTES_A_TOKEN) + self._heard // _SOUND_A_TOKEN


def _words_of(said: object) -> str:
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return "".join(map(_words_of, said))
    return "".join(_words_of(said.get(name)) for name in _WITHIN) if isinstance(said, dict) else ""
