"""Values as JSON knows them, copied, so that what is hashed can be stored and read again unchanged."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from prompts.bundle.faults import Fault, Place, hint

_DEEPEST: Final = 32
_MOST: Final = 20_000
# What every database and every client's integer can hold.
_LARGEST: Final = 2**63
# Told by type alone, before it is asked what else a value might be: most values are of these.
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})


class NotPlain(ValueError):
    """Cannot be JSON of ours: says why."""


def plain(value: object) -> Any:
    """A copy of lists, dictionaries, texts, numbers, booleans and null. Raises NotPlain."""
    return _Copier().copy(value, 0)


def plain_text(text: str) -> str:
    """Raises NotPlain for what UTF-8 or PostgreSQL cannot hold."""
    if "\0" in text:
        raise NotPlain("a NUL character is not text.")
    if not text.isascii():
        _check_unicode(text)
    return text


def kind(value: object) -> str:
    """How a fault names what it found."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if type(value) is int and abs(value) >= _LARGEST:
        # Of thousands of digits Python makes no text.
        return "a number beyond 64 bits"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def fields(data: object, place: Place, known: tuple[str, ...], faults: list[Fault]) -> dict[str, Any]:
    """The known fields that say something; that others are there is noted."""
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        faults.append(Fault(place, f"it must be an object, not {kind(data)}."))
        return {}
    for name in data:
        if name not in known:
            faults.append(Fault((*place, str(name)), f"there is no such field; {hint(name, known)}"))
    return {name: data[name] for name in known if data.get(name) is not None}


@dataclass(slots=True)
class _Copier:
    seen: int = 0

    def copy(self, value: object, depth: int) -> Any:
        self.seen += 1
        if depth > _DEEPEST or self.seen > _MOST:
            raise NotPlain(f"it may have at most {_MOST:,} values, {_DEEPEST} deep.")
        if type(value) in _SCALARS:
            return _scalar(value)
        if isinstance(value, Mapping):
            return {_key(name): self.copy(each, depth + 1) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.copy(each, depth + 1) for each in value]
        return _scalar(value)


def _key(name: object) -> str:
    if type(name) is not str:
        raise NotPlain(f"{name!r} is not text, as the names of an object's fields must be.")
    return plain_text(name)


def _scalar(value: object) -> Any:
    if type(value) is str:
        return plain_text(value)
    if type(value) is float:
        return _finite(value)
    if type(value) is int and abs(value) >= _LARGEST:
        raise NotPlain("a whole number must fit into 64 bits.")
    if value is None or type(value) in (bool, int):
        return value
    raise NotPlain(f"{type(value).__name__} is not a kind of value that JSON has.")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise NotPlain(f"{value} is not a number that JSON has.")
    # PostgreSQL's jsonb knows no -0.0: it would come back with another hash.
    return value + 0.0


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotPlain("half of a surrogate pair is not text.") from None
