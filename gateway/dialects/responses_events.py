"""The events of a streamed response: each has its name twice, and a number. Pure."""

from typing import Any

import orjson

from gateway import sse


class Numbering:
    """Counts the events of one stream as it shapes them."""

    __slots__ = ("next",)

    def __init__(self, first: int = 0) -> None:
        self.next = first

    def event(self, kind: str, /, **data: Any) -> bytes:
        number, self.next = self.next, self.next + 1
        told = orjson.dumps({"type": kind, "sequence_number": number, **data})
        return b"event: " + kind.encode() + b"\n" + sse.event(told)


def broken_off(error: bytes, number: int) -> bytes:
    """OpenAI's own error event, and `error` with it: that is what its clients raise on. `error`: a refusal's body."""
    told = orjson.loads(error)["error"]
    words = {name: told.get(name) for name in ("code", "message", "param")}
    return Numbering(number).event("error", **words, error=told)
