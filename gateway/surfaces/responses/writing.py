"""The items of an answer while they are still being written. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, override

from gateway.dialects.responses_events import Numbering
from gateway.surfaces.responses import output


class Writing(ABC):
    """One item: it is announced, grows, and is told whole at its end."""

    __slots__ = ("id", "index", "is_done")
    prefix: ClassVar[str]

    def __init__(self, base: str, index: int) -> None:
        self.index, self.id = index, f"{self.prefix}_{base}_{index}"
        self.is_done = False

    @abstractmethod
    def item(self, status: str) -> dict[str, Any]:
        """As it stands now."""

    @abstractmethod
    def last_words(self, numbers: Numbering) -> Iterator[bytes]:
        """What ends inside it."""

    def added(self, numbers: Numbering) -> bytes:
        return numbers.event("response.output_item.added", output_index=self.index, item=self.item("in_progress"))

    def ending(self, numbers: Numbering, status: str) -> Iterator[bytes]:
        yield from self.last_words(numbers)
        yield numbers.event("response.output_item.done", output_index=self.index, item=self.item(status))

    def _place(self) -> dict[str, Any]:
        return {"item_id": self.id, "output_index": self.index}


class Part:
    """Of a message, or of what a model thought."""

    __slots__ = ("annotations", "is_done", "kind", "logprobs", "pieces")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pieces: list[str] = []
        self.logprobs: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []
        self.is_done = False

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def shaped(self) -> dict[str, Any]:
        match self.kind:
            case "output_text":
                return output.text_part(self.text, self.logprobs, self.annotations)
            case "refusal":
                return output.refusal_part(self.text)
            case _:
                return output.reasoning_part(self.text)

    def begin(self, numbers: Numbering, place: dict[str, Any]) -> bytes:
        return numbers.event("response.content_part.added", **place, part=self.shaped())

    def grow(self, numbers: Numbering, place: dict[str, Any], piece: str, logprobs: list[dict[str, Any]]) -> bytes:
        self.pieces.append(piece)
        told = {"logprobs": logprobs} if self.kind == "output_text" else {}
        self.logprobs += logprobs if told else []
        return numbers.event(f"response.{self.kind}.delta", **place, delta=piece, **told)

    def ending(self, numbers: Numbering, place: dict[str, Any]) -> Iterator[bytes]:
        told: dict[str, Any] = {"refusal" if self.kind == "refusal" else "text": self.text}
        if self.kind == "output_text":
            told["logprobs"] = self.logprobs
        yield numbers.event(f"response.{self.kind}.done", **place, **told)
        yield numbers.event("response.content_part.done", **place, part=self.shaped())


class Spoken(Writing):
    """A message, of parts."""

    __slots__ = ("parts",)
    prefix: ClassVar[str] = "msg"

    def __init__(self, base: str, index: int) -> None:
        super().__init__(base, index)
        self.parts: list[Part] = []

    @override
    def item(self, status: str) -> dict[str, Any]:
        return output.message(self.id, status, [part.shaped() for part in self.parts])

    def say(self, numbers: Numbering, kind: str, piece: str, logprobs: list[dict[str, Any]]) -> Iterator[bytes]:
        if not self.parts or self.parts[-1].kind != kind:
            yield from self.last_words(numbers)
            if self.parts:
                self.parts[-1].is_done = True
            self.parts.append(Part(kind))
            yield self.parts[-1].begin(numbers, self._place_of_part())
        yield self.parts[-1].grow(numbers, self._place_of_part(), piece, logprobs)

    def cite(self, annotations: list[dict[str, Any]]) -> None:
        if annotations and self.parts:
            self.parts[-1].annotations += annotations

    @override
    def last_words(self, numbers: Numbering) -> Iterator[bytes]:
        if self.parts and not self.parts[-1].is_done:
            yield from self.parts[-1].ending(numbers, self._place_of_part())

    def _place_of_part(self) -> dict[str, Any]:
        return {**self._place(), "content_index": len(self.parts) - 1}


class Thought(Spoken):
    """What a model thinks before it speaks."""

    __slots__ = ()
    prefix: ClassVar[str] = "rs"

    @override
    def item(self, status: str) -> dict[str, Any]:
        return output.reasoning(self.id, [part.shaped() for part in self.parts])


class Called(Writing):
    """The call of a function."""

    __slots__ = ("call_id", "name", "pieces")
    prefix: ClassVar[str] = "fc"
    _kind: ClassVar[str] = "function_call_arguments"
    _whole: ClassVar[str] = "arguments"

    def __init__(self, base: str, index: int, call_id: str, name: str) -> None:
        super().__init__(base, index)
        self.call_id, self.name = call_id or f"call_{base}_{index}", name
        self.pieces: list[str] = []

    @override
    def item(self, status: str) -> dict[str, Any]:
        return output.function_call(self.id, status, self.call_id, self.name, "".join(self.pieces))

    def grow(self, numbers: Numbering, piece: str) -> bytes:
        self.pieces.append(piece)
        return numbers.event(f"response.{self._kind}.delta", **self._place(), delta=piece)

    @override
    def last_words(self, numbers: Numbering) -> Iterator[bytes]:
        yield numbers.event(f"response.{self._kind}.done", **self._place(), **self._told())

    def _told(self) -> dict[str, str]:
        return {self._whole: "".join(self.pieces), "name": self.name}


class CustomCalled(Called):
    """The call of a tool that takes a plain text."""

    __slots__ = ()
    prefix: ClassVar[str] = "ctc"
    _kind: ClassVar[str] = "custom_tool_call_input"
    _whole: ClassVar[str] = "input"

    @override
    def item(self, status: str) -> dict[str, Any]:
        return output.custom_call(self.id, self.call_id, self.name, "".join(self.pieces))

    @override
    def _told(self) -> dict[str, str]:
        return {self._whole: "".join(self.pieces)}
