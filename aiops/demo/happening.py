"""Something that people did in the demo, to be done again at its time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tenants.scope import ALL, scope


@dataclass(frozen=True, slots=True)
class Event:
    """`is_past`: it has happened in an earlier load, that broke off later."""

    at: datetime
    happen: Callable[[], None]
    is_past: Callable[[], bool]


def asked_of_all(question: Callable[[], object]) -> Callable[[], bool]:
    """The question, with all tenants in scope when it is asked."""

    def answer() -> bool:
        with scope(ALL):
            return bool(question())

    return answer
