"""What a write changes, field by field, in the order that its action gives: the ledger keeps none. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

EMPTY: Final[tuple[object, ...]] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: Any
    after: Any


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any], order: Sequence[str] = ()) -> list[Change]:
    """That there is still nothing is no change."""
    was, becomes = dict(_flat(before or {}, order)), dict(_flat(after, order))
    fields = [*becomes, *(field for field in was if field not in becomes)]
    found = (Change(field, was.get(field), becomes.get(field)) for field in fields)
    return [each for each in found if each.before != each.after and not (each.before in EMPTY and each.after in EMPTY)]


def _flat(value: Any, order: Sequence[str], field: str = "") -> Iterator[tuple[str, Any]]:
    match value:
        case Mapping():
            for name in sorted(value, key=lambda name: order.index(name) if name in order else len(order)):
                yield from _flat(value[name], order, f"{field}, {name}" if field else str(name))
        case list():
            for number, each in enumerate(value, 1):
                # lines → line 1, the way people count.
                yield from _flat(each, order, f"{field.removesuffix('s')} {number}")
        case _:
            yield field, value
