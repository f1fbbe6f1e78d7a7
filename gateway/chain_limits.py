"""How long a chain may be, and whether its time is enough for those in it. Pure."""

from collections.abc import Sequence
from typing import Final

MOST_MEMBERS: Final = 8
# What is left of a deadline beside such a share is no time to ask another model in.
_NEARLY_ALL: Final = 0.9


def remarks_on(members: Sequence[tuple[str, int]], deadline_seconds: int) -> list[str]:
    """What works otherwise than its author may think; `members`: each model with its seconds, in turn."""
    return [
        f"While {model} is silent, no model behind it is asked: it may take {_seconds(seconds)}, and all together have "
        f"{_seconds(deadline_seconds)}. Give it less time, or the chain more."
        for model, seconds in members[:-1]
        if seconds >= deadline_seconds * _NEARLY_ALL
    ]


def _seconds(number: int) -> str:
    return f"{number:,} second{'' if number == 1 else 's'}"
