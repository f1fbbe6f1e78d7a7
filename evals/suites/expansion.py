"""A variable that holds a list of texts stands for one case an item; several such, for each combination."""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any


def combinations(vars_: Mapping[str, Any]) -> int:
    return math.prod(len(_items(value)) for value in vars_.values())


def expanded(vars_: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The first variable turns slowest."""
    for chosen in itertools.product(*(_items(value) for value in vars_.values())):
        yield dict(zip(vars_, chosen, strict=True))


def _items(value: Any) -> list[Any]:
    """A list that begins with a number or an object stays one value."""
    return value if isinstance(value, list) and value and isinstance(value[0], str) else [value]
