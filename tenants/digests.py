"""Hashes in what was done: who reads it knows a version by its number, not by 64 digits. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_HASH: Final = re.compile("[0-9a-f]{64}")
_SHORT: Final = 10


class Digest(str):
    """A hash, and what people call it."""

    __slots__ = ("label",)
    label: str

    def __new__(cls, text: str, label: str = "") -> "Digest":
        digest = super().__new__(cls, text)
        digest.label = label or text[:_SHORT]
        return digest


def digests_in(value: object) -> Iterator[str]:
    match value:
        case dict():
            for each in value.values():
                yield from digests_in(each)
        case list():
            for each in value:
                yield from digests_in(each)
        case str() if _HASH.fullmatch(value):
            yield value


def labelled(value: Any, labels: Mapping[str, str]) -> Any:
    """The same, each hash in it with its label."""
    match value:
        case dict():
            return {name: labelled(each, labels) for name, each in value.items()}
        case list():
            return [labelled(each, labels) for each in value]
        case str() if _HASH.fullmatch(value):
            return Digest(value, labels.get(value, ""))
    return value
