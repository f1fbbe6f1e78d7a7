"""What a write changes, field by field, in the order in which the system tells it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

EMPTY: Final[tuple[object, ...]] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: Any
    after: Any


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Change]:
    """That there is still nothing is no change."""
    was, becomes = dict(_flat(before or {})), dict(_flat(after))
    fields = [*becomes, *(field for field in was if field not in becomes)]
    found = (Change(field, was.get(field), becomes.get(field)) for field in fields)
    return [each for each in found if each.before != each.after and not (each.before in EMPTY and each.after in EMPTY)]


def _flat(value: Any, field: str = "") -> Iterator[tuple[str, Any]]:
    match value:
        case Mapping():
            for name, each in value.items():
                yield from _flat(each, f"{field}, {name}" if field else str(name))
        case list():
            for number, each in enumerate(value, 1):
                # lines → line 1, the way people count.
                yield from _flat(each, f"{field.removesuffix('s')} {number}")
        case _:
            yield field, value
