"""A streamed message as chunks of a chat completion. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Final, override

import orjson

from gateway import sse
from gateway.dialects.anthropic.answers import reason_of, refusal_of
from gateway.dialects.anthropic.blocks import OpenBlock
from gateway.dialects.anthropic.errors import known
from gateway.dialects.anthropic.usage import usage_in_chat
from gateway.dialects.transcript import Transcript
from gateway.sse import Malformed

_DONE: Final = b"[DONE]"
type Event = Mapping[str, Any]


class MessageTranscript(Transcript):
    __slots__ = (
        "_after",
        "_before",
        "_blocks",
        "_counts",
        "_head",
        "_said",
        "_tools",
        "_wants_usage",
    )

    def __init__(self, *, wants_usage: bool, created: int) -> None:
        super().__init__()
        self._wants_usage = wants_usage
        self._head: dict[str, Any] = {"id": "", "object": "chat.completion.chunk", "created": created, "model": ""}
        self._before = _before(self._head)
        self._after = b'}],"usage":null}\n\n' if wants_usage else b"}]}\n\n"
        self._blocks: dict[object, OpenBlock] = {}
        self._counts: dict[str, Any] = {}
        self._tools = 0
        # What a delta says of who called: as a tool or as a function.
        self._said: dict[str, Any] = {}

    @property
    @override
    def is_complete(self) -> bool:
        """A reason to stop is not yet the end: its usage may still be missing."""
        return self.is_done

    @property
    @override
    def closing(self) -> bytes:
        return sse.event(_DONE)

    @override
    def take(self, event: bytes) -> bytes:
        if self.is_done or self.error is not None:
            return b""
        data = sse.data_of(event)
        if data is None:
            return sse.skipped(event)
        message = self.parsed(data)
        reader = _READERS.get(str(message.get("type")))
        return b"" if reader is None else reader(self, message)

    @override
    def broken_off(self, error: bytes) -> bytes:
        """An error and no [DONE]: no client may take what it has for the whole answer."""
        return sse.event(error)

    def _start(self, event: Event) -> bytes:
        message = _object(event, "message")
        self._head |= {"id": str(message.get("id") or ""), "model": str(message.get("model") or "")}
        self._before = _before(self._head)
        self._count(message.get("usage"))
        self.usage_so_far = usage_in_chat(self._counts)
        return self._chunk({"role": "assistant", "content": ""})

    def _open(self, event: Event) -> bytes:
        content = _object(event, "content_block")
        is_tool = content.get("type") == "tool_use"
        opened = self._blocks[event.get("index")] = OpenBlock(content, self._tools)
        self._tools += is_tool
        return self._say(opened.opening())

    def _add(self, event: Event) -> bytes:
        delta = _object(event, "delta")
        return self._say(self._block(event).more(delta))

    def _close(self, event: Event) -> bytes:
        return self._say(self._block(event).closing())

    def _end(self, event: Event) -> bytes:
        ending = _object(event, "delta")
        self._count(event.get("usage"))
        if isinstance(event.get("usage"), dict):
            self.count(usage_in_chat(self._counts))
        if not ending.get("stop_reason"):
            return b""
        self.finish_reason = reason_of(ending, self._said)
        refusal = refusal_of(ending)
        return self._chunk({"refusal": refusal} if refusal else {}, self.finish_reason)

    def _stop(self, event: Event) -> bytes:
        self.is_done = self.has_begun = True
        if not self._wants_usage or self.usage is None:
            return b""
        return sse.event(orjson.dumps({**self._head, "choices": [], "usage": self.usage}))

    def _fail(self, event: Event) -> bytes:
        self.error = known(event.get("error"))
        return b""

    def _ping(self, event: Event) -> bytes:
        return sse.STILL_THERE

    def _say(self, delta: Mapping[str, Any]) -> bytes:
        if not delta:
            return b""
        said = self._chunk(delta)
        self._said = {**self._said, **delta} if "function_call" in delta else self._said
        self.has_begun = True
        self.written.note(delta)
        return said

    def _chunk(self, delta: Mapping[str, Any], reason: str | None = None) -> bytes:
        """Around each delta stands the same, so it is written once."""
        said, ended = orjson.dumps(delta), orjson.dumps(reason)
        return b"".join([self._before, said, b',"logprobs":null,"finish_reason":', ended, self._after])

    def _block(self, event: Event) -> OpenBlock:
        try:
            return self._blocks[event.get("index")]
        except (KeyError, TypeError):
            raise Malformed("a delta of a block that was never begun") from None

    def _count(self, usage: object) -> None:
        """Later counts are of all that came before."""
        if isinstance(usage, dict):
            self._counts |= {name: value for name, value in usage.items() if value is not None}


_READERS: Final[Mapping[str, Callable[[MessageTranscript, Event], bytes]]] = {
    "message_start": MessageTranscript._start,
    "content_block_start": MessageTranscript._open,
    "content_block_delta": MessageTranscript._add,
    "content_block_stop": MessageTranscript._close,
    "message_delta": MessageTranscript._end,
    "message_stop": MessageTranscript._stop,
    "error": MessageTranscript._fail,
    "ping": MessageTranscript._ping,
}


def _before(head: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(head)[:-1] + b',"choices":[{"index":0,"delta":'


def _object(event: Event, name: str) -> Mapping[str, Any]:
    value = event.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"an event without its {name}")
    return value
