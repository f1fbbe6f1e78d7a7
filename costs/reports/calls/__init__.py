"""Calls one by one, newest first."""

from datetime import datetime
from typing import Final
from uuid import UUID

from costs.reports.calls.conditions import ids_beginning
from costs.reports.calls.facets import Facets, facets
from costs.reports.calls.one import OpenedCall, hops_of, of_the_same_session, open_call
from costs.reports.calls.ranking import ranked
from costs.reports.calls.rows import CallRow, as_opened_row, as_rows, labels
from costs.reports.calls.search import Found, newer, older
from costs.reports.calls.unknown import unknown
from costs.reports.calls.wanted import Wanted
from costs.words import Sort

__all__ = [
    "SECONDS",
    "CallRow",
    "Facets",
    "Found",
    "OpenedCall",
    "Sort",
    "Wanted",
    "as_opened_row",
    "as_rows",
    "calls",
    "facets",
    "hops_of",
    "ids_beginning",
    "labels",
    "newer",
    "of_the_same_session",
    "older",
    "open_call",
    "ranked",
    "unknown",
]

# A program waits longer than a person does.
SECONDS: Final = 10.0


def calls(
    wanted: Wanted | None = None,
    *,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    before: UUID | None = None,
    limit: int = 100,
) -> list[CallRow]:
    """`before`: the id of the last call already seen, to read on from."""
    rows = (wanted or Wanted()).rows()
    found = older(rows, at=at, since=since, until=until, before=before, limit=limit, seconds=SECONDS)
    return as_rows(found.calls)
