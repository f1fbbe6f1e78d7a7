"""JSON as providers write it. Some cut a sign in two and escape each half: JSON to clients, but no text. Pure."""

import json
from typing import Any, Final, Never

import orjson

# What stands in it goes on in the next event.
_DELTA: Final = "delta"
# Whose text it is, in each vendor's words: an event need not bring all of them, nor in order.
_NUMBERS: Final = ("index", "output_index", "content_index")
_FIRST_HALVES: Final = ("\ud800", "\udbff")


class NotJson(ValueError):
    """No client could read it either."""


type Path = tuple[str | int, ...]


def loads(data: bytes) -> Any:
    """All text in it can be written again. Raises NotJson."""
    return Reader().loads(data)


class Reader:
    """Of one stream: halves that come in two deltas are one sign again, in the later."""

    __slots__ = ("_halves",)

    def __init__(self) -> None:
        self._halves: dict[Path, str] = {}

    def loads(self, data: bytes) -> Any:
        """As `loads`."""
        try:
            message = orjson.loads(data)
        except orjson.JSONDecodeError:
            message = _loads_anyhow(data)
        else:
            if not self._halves:
                return message
        try:
            return self._mended(message, _numbers(message))
        except RecursionError:
            raise NotJson from None

    def _mended(self, value: Any, path: Path) -> Any:
        if isinstance(value, str):
            return self._joined(value, path) if _DELTA in path else _text(value)
        if isinstance(value, list):
            return [self._mended(each, (*path, *(_numbers(each) or (place,)))) for place, each in enumerate(value)]
        if isinstance(value, dict):
            return {_text(name): self._mended(each, (*path, name)) for name, each in value.items()}
        return value

    def _joined(self, words: str, path: Path) -> str:
        words = self._halves.pop(path, "") + words
        first, last = _FIRST_HALVES
        if first <= words[-1:] <= last:
            self._halves[path], words = words[-1], words[:-1]
        return _text(words)


def _numbers(value: Any) -> Path:
    if not isinstance(value, dict):
        return ()
    return tuple(f"{name} {value[name]}" for name in _NUMBERS if isinstance(value.get(name), int))


def _loads_anyhow(data: bytes) -> Any:
    try:
        return json.loads(data.decode(), parse_int=_number, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NotJson from None


def _number(digits: str) -> int | float:
    """Beyond 64 bits a float, as everywhere here."""
    whole = int(digits)
    return whole if -(1 << 63) <= whole < 1 << 64 else float(digits)


def _refuse(constant: str) -> Never:
    raise ValueError(constant)


def _text(words: str) -> str:
    """Two halves beside each other are one; one alone is a sign that nobody can read."""
    return words if words.isascii() else words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
