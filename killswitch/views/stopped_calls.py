"""Whose calls are refused by what is stopped over everybody, though nothing of their own is off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from costs import reports
from killswitch.standing import Above

# Of a quarter of an hour.
LEAST_STOPPED: Final = 2


def held_up(above: Above, stopped: Mapping[UUID, int], at: datetime) -> Mapping[UUID, int]:
    """`stopped`: of tenants of which nothing is off, the calls that any stop refused lately, one of a person too.

    While everyone is off, that is said once, above all of them.
    """
    suspects = [pk for pk, calls in stopped.items() if calls >= LEAST_STOPPED]
    if above.everything or not above.shared or not suspects:
        return {}
    found = reports.stopped_by([stop.pk for stop in above.shared], suspects, at)
    return {pk: calls for pk, calls in found.items() if calls >= LEAST_STOPPED}
