"""What is wrong with a bundle, all of it at once, each with its place."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from http import HTTPStatus
from typing import Final, NamedTuple

from tenants.refusals import Refused

type Place = tuple[str | int, ...]

_SHOWN: Final = 20


class Fault(NamedTuple):
    place: Place
    detail: str

    @property
    def path(self) -> str:
        """`messages[0].role`, as people write it."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place)
        return text.removeprefix(".")


class BadBundle(Refused):
    """Not a prompt that could be kept; `faults` holds everything that is wrong with it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_bundle"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path or 'the bundle'}: {fault.detail}" for fault in faults[:_SHOWN]))
        self.faults = tuple(faults)


def hint(name: object, known: Iterable[str]) -> str:
    """`did you mean …?`, else what there is."""
    names = sorted(known)
    near = get_close_matches(str(name), names, n=1)
    return f"did you mean {near[0]}?" if near else f"there are: {some(names)}."


def some(names: Sequence[str], most: int = _SHOWN) -> str:
    """`a, b, c and 12 more`, or `none`."""
    left = len(names) - most
    return f"{', '.join(names[:most]) or 'none'}{f' and {left:,} more' if left > 0 else ''}"
