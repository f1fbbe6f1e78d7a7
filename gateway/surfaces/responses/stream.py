"""Chat completion chunks as the events of a streamed response. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from gateway import sse
from gateway.dialects import responses_events
from gateway.dialects.responses_events import Numbering
from gateway.dialects.transcript import Transcript
from gateway.surfaces.responses import output
from gateway.surfaces.responses.calls import Calls
from gateway.surfaces.responses.response import base_id, ended, ending_of, extras, head
from gateway.surfaces.responses.writing import Spoken, Thought, Writing


class ResponsesTranscript(Transcript):
    __slots__ = (
        "_base",
        "_calls",
        "_chunks",
        "_extras",
        "_head",
        "_items",
        "_numbers",
        "_repeated",
        "_spoken",
        "_thought",
    )

    def __init__(self, chunks: Transcript, repeated: Mapping[str, Any]) -> None:
        super().__init__()
        self._chunks, self._repeated, self.written = chunks, repeated, chunks.written
        self._numbers = Numbering()
        self._items: list[Writing] = []
        self._head: dict[str, Any] | None = None
        self._extras: dict[str, Any] = {}
        self._base = base_id({})
        self._calls = Calls(self._base, self._items)
        self._spoken: Spoken | None = None
        self._thought: Thought | None = None

    @property
    @override
    def closing(self) -> bytes:
        """Made anew each time it is asked for."""
        numbers = Numbering(self._numbers.next)
        return b"".join(self._last_events(numbers))

    @override
    def take(self, event: bytes) -> bytes:
        said = b"".join(self._read(self._chunks.take(event)))
        chunks = self._chunks
        self.has_begun, self.is_done, self.finish_reason = chunks.has_begun, chunks.is_done, chunks.finish_reason
        self.usage, self.usage_so_far, self.error = chunks.usage, chunks.usage_so_far, chunks.error
        return said

    @property
    @override
    def is_counted(self) -> bool:
        return self._chunks.is_counted

    @override
    def broken_off(self, error: bytes) -> bytes:
        return responses_events.broken_off(error, self._numbers.next)

    def _read(self, event: bytes) -> Iterator[bytes]:
        data = sse.data_of(event)
        if data is None:
            yield event
            return
        chunk = self.parsed(data)
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        self._extras |= extras(chunk)
        # Before the first choice some tell of the question what belongs to no answer.
        if isinstance(choice, dict):
            if self._head is None:
                yield from self._begin(chunk)
            delta = choice.get("delta")
            yield from self._said(choice, delta if isinstance(delta, dict) else {})

    def _begin(self, chunk: Mapping[str, Any]) -> Iterator[bytes]:
        self._head, self._base = head(chunk, self._repeated), base_id(chunk)
        self._calls = Calls(self._base, self._items)
        yield from _beginning(self._numbers, {**self._extras, **self._head})

    def _said(self, choice: Mapping[str, Any], delta: Mapping[str, Any]) -> Iterator[bytes]:
        if thought := output.reasoning_of(delta):
            yield from self._think(thought)
        content, refusal, calls = delta.get("content"), delta.get("refusal"), delta.get("tool_calls")
        if isinstance(content, str) and content and content != refusal:
            yield from self._say("output_text", content, output.logprobs_of(choice))
        if isinstance(refusal, str) and refusal:
            yield from self._say("refusal", refusal, [])
        if self._spoken is not None:
            self._spoken.cite(output.annotations_of(delta))
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, dict):
                yield from self._end_of_thought()
                yield from self._calls.take(self._numbers, call)

    def _think(self, piece: str) -> Iterator[bytes]:
        if self._thought is None:
            self._thought = Thought(self._base, len(self._items))
            self._items.append(self._thought)
            yield self._thought.added(self._numbers)
        yield from self._thought.say(self._numbers, "reasoning_text", piece, [])

    def _say(self, kind: str, piece: str, logprobs: list[dict[str, Any]]) -> Iterator[bytes]:
        yield from self._end_of_thought()
        if self._spoken is None:
            self._spoken = Spoken(self._base, len(self._items))
            self._items.append(self._spoken)
            yield self._spoken.added(self._numbers)
        yield from self._spoken.say(self._numbers, kind, piece, logprobs)

    def _end_of_thought(self) -> Iterator[bytes]:
        if self._thought is not None:
            yield from self._thought.ending(self._numbers, "completed")
            self._thought.is_done, self._thought = True, None

    def _last_events(self, numbers: Numbering) -> Iterator[bytes]:
        """All that is open stays so until the call is settled: nobody acts on a part of what was cut."""
        begun = self._head or head({}, self._repeated)
        if self._head is None:
            yield from _beginning(numbers, {**self._extras, **begun})
        ending, nothing = ending_of(self.finish_reason), Spoken(self._base, len(self._items))
        is_silent = all(isinstance(item, Thought) for item in self._items)
        items = [*self._items, nothing] if is_silent else self._items
        statuses = [*("completed" for _ in items[1:]), ending.of_last_item]
        for item, status in zip(items, statuses, strict=True):
            if item is nothing:
                yield nothing.added(numbers)
                yield from nothing.say(numbers, "output_text", "", [])
            if not item.is_done:
                yield from item.ending(numbers, status)
        whole = [item.item(status) for item, status in zip(items, statuses, strict=True)]
        response = ended({**self._extras, **begun}, whole, ending, self.usage)
        yield numbers.event(f"response.{ending.status}", response=response)


def _beginning(numbers: Numbering, response: Mapping[str, Any]) -> Iterator[bytes]:
    yield numbers.event("response.created", response=response)
    yield numbers.event("response.in_progress", response=response)
