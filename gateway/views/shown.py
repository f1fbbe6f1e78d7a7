"""What a form of a chain began from, as the browser sent it back: anybody may have changed it on the way. Pure."""

import json
from collections.abc import Mapping
from typing import Any, Final

from gateway.services import State

MISSING: Final = "What this form began from is missing: look at what stands here, and send it again."
# A chain of the most models, with the longest names, is far shorter.
_LONGEST: Final = 20_000
_SHAPE: Final[Mapping[str, type]] = {"deadline_seconds": int, "triggers": list, "max_hops": int, "members": list}
_OF_A_MEMBER: Final[Mapping[str, type]] = {
    "model": str, "timeout_seconds": int, "attempts": int, "first_percent": int,
}  # fmt: skip


def read_shown(text: str) -> State | None:
    """None when it is no state of a chain."""
    if len(text) > _LONGEST:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if _is_state(found) else None


def _is_state(found: Any) -> bool:
    return (
        _has(found, _SHAPE)
        and all(isinstance(each, str) for each in found["triggers"])
        and all(_has(each, _OF_A_MEMBER) for each in found["members"])
        and bool(found["members"])
    )


def _has(found: Any, shape: Mapping[str, type]) -> bool:
    return (
        isinstance(found, dict)
        and found.keys() == shape.keys()
        # The exact one: a truth is a number to Python.
        and all(type(found[name]) is kind for name, kind in shape.items())
    )
