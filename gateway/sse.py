"""Server-sent events of a streamed answer: relayed as they are, and read only where they tell something. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

_MARKS: Final = (b"\n\n", b"\r\n\r\n", b"\r\r")
_END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_DONE: Final = b"[DONE]"
# One event this long is no answer but an attack on our memory.
_LONGEST_EVENT: Final = 16 << 20
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


class Malformed(Exception):
    """The provider's stream is not what it says it is."""


class Framer:
    """Cuts bytes where events end, so that nothing of ours ever lands inside one of the provider's."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> bytes:
        """The whole events there are by now."""
        if self._rest:
            chunk, self._rest = self._rest + chunk, b""
        if chunk.endswith(b"\n\n"):
            return chunk
        end = max(chunk.rfind(mark) + len(mark) if mark in chunk else 0 for mark in _MARKS)
        self._rest = chunk[end:]
        if len(self._rest) > _LONGEST_EVENT:
            raise Malformed("an event does not end")
        return chunk[:end]

    def flush(self) -> bytes:
        """What is left when the stream ended in the middle of an event, or without its last empty line."""
        rest, self._rest = self._rest, b""
        return rest


class Transcript:
    """What has become known of one streamed answer."""

    __slots__ = (
        "_envelope",
        "_wants_usage",
        "error",
        "events",
        "finish_reason",
        "has_begun",
        "is_done",
        "size",
        "usage",
    )

    def __init__(self, *, wants_usage: bool) -> None:
        self._wants_usage = wants_usage
        self._envelope = 0
        self.events = self.size = 0
        self.has_begun = self.is_done = False
        self.finish_reason = ""
        self.usage: Mapping[str, Any] | None = None
        self.error: Mapping[str, Any] | None = None

    @property
    def is_complete(self) -> bool:
        return self.is_done or bool(self.finish_reason)

    def take(self, block: bytes) -> bytes:
        """Whole events in, what of them goes to the caller out. Nearly all pass unread."""
        self.events += block.count(b"\n\n")
        self.size += len(block)
        if self.has_begun and not _tells(block):
            return block
        return b"".join([event for event in _split(block) if self._read(event)])

    def estimated_tokens(self) -> int:
        """Of the answer so far: providers send about a token an event, or longer pieces at about four bytes a token."""
        if not self.has_begun:
            return 0
        return max(self.events - 1, (self.size - self.events * self._envelope) // _BYTES_A_TOKEN, 1)

    def _read(self, event: bytes) -> bool:
        """Whether the caller gets it."""
        if self.has_begun and not _tells(event):
            return True
        data = _data(event)
        if data is None:
            return True
        if data == _DONE:
            self.is_done = self.has_begun = True
            return False
        message = _parsed(data)
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


def event(data: bytes) -> bytes:
    return b"data: " + data + b"\n\n"


def comment(headers: list[tuple[bytes, bytes]]) -> bytes:
    """Clients skip comments; whoever wants to know reads them."""
    return b": " + b" ".join(name + b"=" + value.replace(b" ", b"") for name, value in headers) + b"\n\n"


def _tells(block: bytes) -> bool:
    """Whether any event of it may hold usage, an end, or an error. Errs on the side of reading."""
    count = block.count
    return (
        count(b'"finish_reason"') != count(b'"finish_reason":null') + count(b'"finish_reason": null')
        or count(b'"usage"') != count(b'"usage":null') + count(b'"usage": null')
        or b'"error"' in block
        or _DONE in block
    )


def _split(block: bytes) -> list[bytes]:
    if b"\r" not in block and block.endswith(b"\n\n"):
        return [event + b"\n\n" for event in block[:-2].split(b"\n\n")]
    ends = [match.end() for match in _END.finditer(block)]
    if not ends or ends[-1] < len(block):
        ends.append(len(block))
    return [block[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _data(event: bytes) -> bytes | None:
    """The event's data; None when it has none, as a comment."""
    lines = [line[5:].removeprefix(b" ") for line in event.splitlines() if line.startswith(b"data:")]
    return b"\n".join(lines).strip() if lines else None


def _parsed(data: bytes) -> Mapping[str, Any]:
    try:
        message = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise Malformed(f"an event is not JSON: {fault}") from None
    if not isinstance(message, dict):
        raise Malformed("an event is not a JSON object")
    return message


def _says_something(delta: object) -> bool:
    return isinstance(delta, dict) and any(delta.get(name) for name in _SAYS_SOMETHING)
