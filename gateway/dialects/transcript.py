"""What becomes known of a streamed answer while it is passed on. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from gateway import sse
from gateway.dialects.written import Written
from gateway.provider_json import NotJson, Reader
from gateway.sse import Malformed

# What reading a field raises that holds another thing than its name says.
STRANGE: Final = (TypeError, KeyError, ValueError, AttributeError, IndexError, RecursionError)


class Transcript(ABC):
    """Reads whole events as a provider sends them, and gives what of them goes to the caller."""

    __slots__ = (
        "_counted_at",
        "_reader",
        "error",
        "finish_reason",
        "has_begun",
        "is_done",
        "usage",
        "usage_so_far",
        "written",
    )

    def __init__(self) -> None:
        self._reader, self.written = Reader(), Written()
        # How much was written when the provider said its usage.
        self._counted_at = 0
        # Content has come: another model's would not fit on.
        self.has_begun = False
        # Nothing more is to come.
        self.is_done = False
        self.finish_reason = ""
        # As the provider puts it; None: it has not said.
        self.usage: Mapping[str, Any] | None = None
        # What it has said of the question, before it says how much the answer took.
        self.usage_so_far: Mapping[str, Any] | None = None
        self.error: Mapping[str, Any] | None = None

    @property
    def is_complete(self) -> bool:
        return self.is_done or bool(self.finish_reason)

    @property
    def is_counted(self) -> bool:
        """Whether the provider's usage is of all that it wrote: no words came after it, and none are to come."""
        ends = self.is_done or bool(self.finish_reason)
        return self.usage is not None and ends and self._counted_at == self.written.tokens

    @property
    @abstractmethod
    def closing(self) -> bytes:
        """The last event of all, which goes out when the call is settled; what it stands for must not go out before."""

    def read(self, block: bytes) -> bytes:
        """Whole events in, what of them goes to the caller out. Raises Malformed, which has what came before."""
        told: list[bytes] = []
        try:
            for event in sse.split(block):
                told.append(self.take(event))
        except Malformed as fault:
            fault.partial = b"".join(told)
            raise
        except STRANGE:
            # Whatever a provider puts where another thing belongs.
            raise Malformed("an event is not of its shape", b"".join(told)) from None
        return b"".join(told)

    @abstractmethod
    def take(self, event: bytes) -> bytes:
        """As `read`, of one event; what it holds may be strange."""

    def parsed(self, data: bytes) -> Mapping[str, Any]:
        try:
            message = self._reader.loads(data)
        except NotJson:
            raise Malformed("an event is not JSON") from None
        if not isinstance(message, dict):
            raise Malformed("an event is not a JSON object")
        return message

    def count(self, usage: Mapping[str, Any] | None) -> None:
        """What the provider says of all that it wrote by now."""
        self.usage, self._counted_at = usage, self.written.tokens

    def estimated_tokens(self) -> int:
        """Of the answer so far, for a provider that says no usage."""
        return max(self.written.tokens, 1) if self.has_begun else 0

    @abstractmethod
    def broken_off(self, error: bytes) -> bytes:
        """The event that ends the caller's stream when it failed; `error` is a refusal's body."""
