"""A write is bound to the system it was planned against: its ids mean something else in every other."""

from collections.abc import Mapping
from typing import Any

from integrations.faults import Health
from integrations.models import Connection, LedgerEntry
from integrations.refusals import Moved


def refuse_if_moved(entry: LedgerEntry, connection: Connection) -> None:
    if (why := why_moved(entry, connection)) is not None:
        raise Moved(why)


def why_moved(entry: LedgerEntry, connection: Connection) -> str | None:
    """None: the connection leads to where it did. A new key of the same user does, once a test has told whose it is."""
    then, now = entry.planned_against, connection.leads_to
    if then is None:
        return f"{connection.name} was changed since this write was planned, and where it was to go is not known."
    if _place(then) != _place(now):
        return f"This write was planned against {_told(then)}; {connection.name} leads to {_told(now)} now."
    if then["key"] != now["key"] and connection.health != Health.OK:
        return f"{connection.name} has another key since this write was planned. Test the connection first."
    return None


def _place(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "key"}


def _told(place: Mapping[str, Any]) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in sorted(place["settings"].items()))
    return f"{place['address']}{f' ({settings})' if settings else ''} as {place['acts_as']}"
