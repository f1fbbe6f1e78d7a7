"""Reading one mapping of a declaration field by field; every fault is noted, and reading goes on. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from aiops.declare.problems import Place, Problem
from aiops.lib import decimals


@dataclass(slots=True)
class Reader:
    """What has been read of a mapping is taken out of `left`; what is left at the end is unknown."""

    place: Place
    left: dict[str, Any]
    problems: list[Problem]
    known: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, place: Place, data: Any, problems: list[Problem]) -> "Reader":
        """Of an entry that says nothing, nothing is read: `northwind:` alone is an entry with all its defaults."""
        if data is not None and not isinstance(data, Mapping):
            problems.append(Problem(place, f"it must be a mapping of fields, not {_kind(data)}."))
            data = None
        return cls(place, dict(data or {}), problems)

    def text(self, name: str, default: str = "", *, required: bool = False, most: int = 500) -> str:
        value = self._take(name)
        if value is None:
            self._miss(name, required)
            return default
        if isinstance(value, bool) or not isinstance(value, str | int):
            return self._wrong(name, f"it must be text, not {_kind(value)}.", default)
        if not 1 <= len(str(value).strip()) <= most:
            return self._wrong(name, f"it must have 1 to {most} characters.", default)
        if not _is_storable(str(value)):
            return self._wrong(name, "it must be whole characters, without NUL.", default)
        return str(value).strip()

    def whole(self, name: str, default: int | None, *, least: int, most: int) -> int | None:
        value = self._take(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            return self._wrong(name, f"{value!r} must be a whole number from {least} to {most}.", default)
        return value

    def amount(self, name: str, *, below: int) -> Decimal | None:
        value = self._take(name)
        if value is None:
            self._miss(name, True)
            return None
        amount = decimal_of(value)
        if amount is None or not 0 < amount < below:
            return self._wrong(name, f"{value!r} must be an amount above 0 and below {below:,}, such as 250.00.", None)
        return amount

    def truth(self, name: str, default: bool = False) -> bool:
        value = self._take(name)
        if value is not None and not isinstance(value, bool):
            return self._wrong(name, f"{value!r} must be true or false.", default)
        return default if value is None else value

    def share(self, name: str) -> Decimal:
        """From 0, which it is without it, to 1."""
        value = self._take(name)
        share = Decimal(0) if value is None else decimal_of(value)
        if share is None or not 0 <= share <= 1 or share != round(share, 4):
            return self._wrong(name, f"{value!r} must be from 0 to 1, with four decimals at most.", Decimal(0))
        return share

    def anything(self, name: str) -> Any:
        """For whoever reads it further."""
        return self._take(name)

    def choice(
        self, name: str, default: str, *, allowed: tuple[str, ...], written: Mapping[Any, str] | None = None
    ) -> str:
        """`written`: how else one of them may be put."""
        value = self._take(name)
        value = (written or {}).get(value, value) if isinstance(value, bool) else value
        if value is not None and value not in allowed:
            return self._wrong(name, f"{value!r} must be one of: {', '.join(allowed)}.", default)
        return default if value is None else str(value)

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of names; None when it is not there."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) and _is_storable(each) for each in value):
            return self._wrong(name, "it must be a list of names.", None)
        return tuple(value)

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        value = self._take(name)
        if value is not None and not isinstance(value, Mapping):
            return self._wrong(name, f"it must be a mapping, not {_kind(value)}.", None)
        return value

    def items(self, name: str, *, required: bool = False) -> Iterator[tuple[Place, Any]]:
        """Each element of a list, with its place."""
        value = self._take(name)
        if value is None:
            self._miss(name, required)
        elif not isinstance(value, list):
            self._wrong(name, f"it must be a list, not {_kind(value)}.", None)
        else:
            yield from (((*self.place, name, index), each) for index, each in enumerate(value))

    def entries(self, name: str) -> Iterator[tuple[str, "Reader"]]:
        """Each named entry of a mapping, read in its turn and then searched for what nobody knows."""
        for slug, data in (self.mapping(name) or {}).items():
            reader = Reader.of((*self.place, name, str(slug)), data, self.problems)
            yield str(slug), reader
            reader.end()

    def end(self) -> None:
        for name in self.left:
            near = get_close_matches(str(name), self.known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(self.known)}."
            self.problems.append(Problem((*self.place, name), f"there is no such field; {hint}"))

    def problem(self, name: str | None, detail: str) -> None:
        """Of a field, or of the entry itself."""
        self.problems.append(Problem(self.place if name is None else (*self.place, name), detail))

    def _take(self, name: str) -> Any:
        self.known.append(name)
        return self.left.pop(name, None)

    def _miss(self, name: str, required: bool) -> None:
        if required:
            self.problems.append(Problem((*self.place, name), "it is missing."))

    def _wrong[T](self, name: str, detail: str, default: T) -> T:
        self.problems.append(Problem((*self.place, name), detail))
        return default


def decimal_of(value: Any) -> Decimal | None:
    """A number or its text; a float is taken by the digits that it shows."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return decimals.read(str(value))


def _is_storable(text: str) -> bool:
    """By PostgreSQL: no NUL, no half of a surrogate pair; and something."""
    return bool(text) and "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return repr(value)
