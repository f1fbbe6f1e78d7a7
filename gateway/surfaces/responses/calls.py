"""Which of several tool calls a piece of a stream belongs to, when they come side by side. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from gateway.dialects.responses_events import Numbering
from gateway.surfaces.responses.writing import Called, CustomCalled, Writing


class Pending:
    """One that cannot be announced before its name has come; without one it is no call."""

    __slots__ = ("call", "call_id", "is_custom", "name", "pieces")

    def __init__(self) -> None:
        self.call_id = self.name = ""
        self.is_custom = False
        self.pieces: list[str] = []
        self.call: Called | None = None


class Calls:
    __slots__ = ("_base", "_by_key", "_items", "_last")

    def __init__(self, base: str, items: list[Writing]) -> None:
        """`items`: of the whole answer; a call goes to its end when it is announced."""
        self._base, self._items = base, items
        self._by_key: dict[object, Pending] = {}
        self._last: object = None

    def take(self, numbers: Numbering, delta: Mapping[str, Any]) -> Iterator[bytes]:
        custom = delta.get("custom")
        said = custom if isinstance(custom, dict) else delta.get("function")
        said = said if isinstance(said, dict) else {}
        call_id, name = str(delta.get("id") or ""), str(said.get("name") or "")
        pending = self._found(delta.get("index"), call_id, name)
        pending.call_id, pending.name = pending.call_id or call_id, pending.name or name
        pending.is_custom = pending.is_custom or isinstance(custom, dict)
        piece = said.get("input" if pending.is_custom else "arguments")
        if isinstance(piece, str) and piece:
            pending.pieces.append(piece)
        if pending.name:
            yield from self._tell(numbers, pending)

    def _found(self, index: object, call_id: str, name: str) -> Pending:
        # Some leave the index out.
        key = index if type(index) is int else (call_id or self._last)
        self._last, found = key, self._by_key.get(key)
        # Others count every call of a turn as the first.
        if found is None or (name and call_id and found.call_id not in ("", call_id)):
            found = self._by_key[key] = Pending()
        return found

    def _tell(self, numbers: Numbering, pending: Pending) -> Iterator[bytes]:
        if pending.call is None:
            make = CustomCalled if pending.is_custom else Called
            pending.call = make(self._base, len(self._items), pending.call_id, pending.name)
            self._items.append(pending.call)
            yield pending.call.added(numbers)
        for piece in pending.pieces:
            yield pending.call.grow(numbers, piece)
        pending.pieces = []
