"""Server-sent events of a streamed answer. Pure."""

import re
from typing import Final

_MARKS: Final = (b"\n\n", b"\r\n\r\n", b"\r\r")
_LONGEST_MARK: Final = 4
_END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
# One event this long is no answer but an attack on our memory.
_LONGEST_EVENT: Final = 16 << 20
# Clients skip it.
STILL_THERE: Final = b": ping\n\n"


class Malformed(Exception):
    """The provider's stream is not what it says it is; `partial`: what goes to the caller of the events before."""

    def __init__(self, what: str, partial: bytes = b"") -> None:
        super().__init__(what)
        self.partial = partial


class Framer:
    """Cuts bytes where events end, so that nothing of ours ever lands inside one of the provider's."""

    __slots__ = ("_parts", "_seam", "_size")

    def __init__(self) -> None:
        # Of an event that has not ended, and the last bytes of it, with which an end may begin.
        self._parts: list[bytes] = []
        self._seam = b""
        self._size = 0

    def feed(self, chunk: bytes) -> bytes:
        """The whole events there are by now. What has been looked through is not looked through again."""
        if chunk.endswith(b"\n\n"):
            return self.flush() + chunk if self._parts else chunk
        searched = self._seam + chunk
        found = max(searched.rfind(mark) + len(mark) if mark in searched else 0 for mark in _MARKS)
        if not found:
            self._keep(chunk)
            return b""
        end = found - len(self._seam)
        whole = self.flush() + chunk[:end]
        self._keep(chunk[end:])
        return whole

    def flush(self) -> bytes:
        """What is left when the stream ended in the middle of an event, or without its last empty line."""
        rest = b"".join(self._parts)
        self._parts, self._seam, self._size = [], b"", 0
        return rest

    def _keep(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > _LONGEST_EVENT:
            raise Malformed("an event does not end")
        if chunk:
            self._parts.append(chunk)
            self._seam = (self._seam + chunk[1 - _LONGEST_MARK :])[1 - _LONGEST_MARK :]


def event(data: bytes) -> bytes:
    return b"data: " + data + b"\n\n"


def comment(headers: list[tuple[bytes, bytes]]) -> bytes:
    """Clients skip comments; whoever wants to know reads them."""
    return b": " + b" ".join(name + b"=" + value.replace(b" ", b"") for name, value in headers) + b"\n\n"


def split(block: bytes) -> list[bytes]:
    if b"\r" not in block and block.endswith(b"\n\n"):
        return [event + b"\n\n" for event in block[:-2].split(b"\n\n")]
    ends = [match.end() for match in _END.finditer(block)]
    if not ends or ends[-1] < len(block):
        ends.append(len(block))
    return [block[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def data_of(event: bytes) -> bytes | None:
    """The event's data; None when it has none, as a comment, or says only that the provider is still there.

    Raises Malformed when clients could not read its text.
    """
    if event.startswith(b"data: ") and event.find(b"\n") == len(event) - 2 and b"\r" not in event:
        return event[6:-2].strip() or None
    try:
        event.decode()
    except UnicodeDecodeError:
        raise Malformed("an event is not UTF-8") from None
    lines = event.splitlines()
    if any(line.startswith(b"event:") and line[6:].strip() == b"ping" for line in lines):
        return None
    return b"\n".join([line[5:].removeprefix(b" ") for line in lines if line.startswith(b"data:")]).strip() or None


def skipped(event: bytes) -> bytes:
    """What goes to the caller of an event without data: no client has to make sense of a sign of life."""
    has_field = event.startswith(b"data:") or b"\ndata:" in event or b"\rdata:" in event
    return STILL_THERE if has_field else event
