"""How one kind of provider is asked, and how its answers are read. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway.config import Model
from gateway.dialects.transcript import Transcript


class Unsupported(Exception):
    """This provider cannot do what the call asks for; another may."""


class Answer(NamedTuple):
    """A whole answer in the shape of the call's surface: its bytes, and the same as an object."""

    data: bytes
    message: Mapping[str, Any]
    finish_reason: str = ""


class Dialect(ABC):
    # Behind the provider's base address.
    path: str

    @abstractmethod
    def request(self, body: Mapping[str, Any], model: Model, *, is_relayed: bool) -> dict[str, Any]:
        """What is sent for this body of a caller's; `is_relayed`: a stream is asked for. Raises Unsupported."""

    @abstractmethod
    def answer(self, data: bytes, message: Mapping[str, Any]) -> Answer | None:
        """None: this is no answer."""

    @abstractmethod
    def transcript(self, *, wants_usage: bool) -> Transcript:
        """The reader of one streamed answer; `wants_usage`: the caller asked for the chunk with the usage."""
