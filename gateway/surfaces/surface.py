"""How callers ask and read: one of OpenAI's APIs. Inside, a call is a chat completion wherever words are looked at.
Pure."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from gateway.dialects.transcript import Transcript

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Surface(ABC):
    # One word, for records and keys of answers.
    name: ClassVar[str]
    path: ClassVar[str]
    # Whether it is asked in words and answered in words: prompts, sources and canned answers are for those.
    is_in_words: ClassVar[bool] = True
    # The fields that bound an answer's tokens; the first is written where a call under a hard budget says none.
    bounds: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def lowered(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The same question as a chat completion. Raises Unsupported for what no such has."""

    def barred(self, body: Mapping[str, Any]) -> str:
        """Why nobody may ask this here, whatever models there are; empty: anybody may."""
        return ""

    def repeated(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The part of the question that its answer repeats."""
        return NOTHING

    @abstractmethod
    def raised(self, completion: Mapping[str, Any], repeated: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        """A chat completion as an answer of this surface; fields that it does not know are kept."""

    @abstractmethod
    def relaying(self, chunks: Transcript, repeated: Mapping[str, Any] = NOTHING) -> Transcript:
        """Reads what `chunks` reads, and gives events of this surface."""

    def unseen(self, body: Mapping[str, Any]) -> str:
        """The field by which the provider reads, at our cost, what is not in the question; empty: it reads no more."""
        return ""

    @abstractmethod
    def parts(self, body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Of the question, what is not text: pictures, sounds, files, as their objects."""
