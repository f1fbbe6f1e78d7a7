"""What becomes known of a streamed answer while it is passed on. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Final

from gateway.sse import Malformed

# What reading a field raises that holds another thing than its name says.
STRANGE: Final = (TypeError, KeyError, ValueError, AttributeError, IndexError, RecursionError)


class Transcript(ABC):
    """Reads whole events as a provider sends them, and gives what of them goes to the caller."""

    __slots__ = ("error", "finish_reason", "has_begun", "is_done", "usage", "usage_so_far")

    def __init__(self) -> None:
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
    @abstractmethod
    def closing(self) -> bytes:
        """The last event of all, which goes out when the call is settled; what it stands for must not go out before."""

    def read(self, block: bytes) -> bytes:
        """As `take`, whatever a provider puts where another thing belongs. Raises Malformed."""
        try:
            return self.take(block)
        except STRANGE:
            raise Malformed("an event is not of its shape") from None

    @abstractmethod
    def take(self, block: bytes) -> bytes:
        """Whole events in, what of them goes to the caller out. Raises Malformed."""

    @abstractmethod
    def estimated_tokens(self) -> int:
        """Of the answer so far, for a provider that says no usage."""

    @abstractmethod
    def broken_off(self, error: bytes) -> bytes:
        """The event that ends the caller's stream when it failed; `error` is a refusal's body."""
