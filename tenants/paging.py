"""Pages of rows by key, not by number: a page costs the same however far down it is, and shifts under nobody."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from tenants.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Rows[M: Model]:
    rows: list[M]
    # What to send as `cursor` for the following page; None on the last.
    next: str | None

    def answer(self, results: Any) -> dict[str, Any]:
        return {"results": results, "next": self.next}


def page[M: Model](rows: QuerySet[M], *, by: str, cursor: str | None, limit: int) -> Rows[M]:
    """`by` is a unique field, with `-` for descending."""
    field = by.removeprefix("-")
    if cursor is not None:
        rows = _after(rows, f"{field}__{'lt' if by.startswith('-') else 'gt'}", cursor)
    found = list(rows.order_by(by)[: limit + 1])
    following = str(getattr(found[limit - 1], field)) if len(found) > limit else None
    return Rows(found[:limit], following)


def _after[M: Model](rows: QuerySet[M], lookup: str, cursor: str) -> QuerySet[M]:
    try:
        return rows.filter(**{lookup: cursor})
    except (ValidationError, ValueError) as fault:
        raise Invalid("cursor", "it must be `next` of the page before.") from fault
