"""The rows of the Spend table, in the order that was asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from aiops.lib.figures import growth
from costs.reports import SpendReport, SpendRow

MOST: Final = 100
# From here on a prompt's growth is marked.
BLOATED: Final = Decimal("0.25")
_LEAST: Final = Decimal("-Infinity")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str
    # What a row is ordered by; None comes last.
    key: Callable[[SpendRow], Decimal | int | None]


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: pressing it orders by it, pressing again turns the order round."""

    label: str
    sort: str
    aria_sort: str


@dataclass(frozen=True, slots=True)
class Line:
    row: SpendRow
    # Of its series in the chart; 6 is everything else.
    colour: int
    # With the period before.
    is_comparable: bool = True

    @property
    def growth(self) -> Decimal | None:
        if not self.is_comparable:
            return None
        return growth(self.row.now.known_spend, self.row.before.known_spend)

    @property
    def bloat(self) -> Decimal | None:
        """By how much its prompts grew, where that is worth saying."""
        grew = growth(self.row.now.average_input_tokens, self.row.before.average_input_tokens)
        return grew if grew is not None and grew >= BLOATED else None

    @property
    def is_unknown(self) -> bool:
        return self.row.now.is_unknown


COLUMNS: Final = (
    Column("spend", "Spend", lambda row: row.now.spend),
    Column("share", "Share", lambda row: row.share),
    Column("change", "Change", lambda row: growth(row.now.known_spend, row.before.known_spend)),
    Column("calls", "Calls", lambda row: row.now.calls),
    Column("per_1k", "$ / 1K calls", lambda row: row.now.per_1k_calls),
    Column("tokens", "Avg prompt tokens", lambda row: row.now.average_input_tokens),
)


def lines(report: SpendReport, sort: str) -> list[Line]:
    colours = {series.key: number for number, series in enumerate(report.series, 1) if series.key is not None}
    column, is_rising = _order(sort)
    rows = sorted(report.rows, key=lambda row: _known(column.key(row)), reverse=not is_rising)
    return [Line(row, colours.get(row.key, 6), report.is_comparable) for row in rows]


def heads(sort: str) -> list[Head]:
    chosen, is_rising = _order(sort)
    return [_head(column, column is chosen, is_rising) for column in COLUMNS]


def _head(column: Column, is_chosen: bool, is_rising: bool) -> Head:
    if not is_chosen:
        return Head(column.label, f"-{column.name}", "")
    turned = f"-{column.name}" if is_rising else column.name
    return Head(column.label, turned, "ascending" if is_rising else "descending")


def _order(sort: str) -> tuple[Column, bool]:
    """`-calls` is most calls first."""
    name = sort.removeprefix("-")
    found = next((column for column in COLUMNS if column.name == name), None)
    return (found, not sort.startswith("-")) if found else (COLUMNS[0], False)


def _known(value: Any) -> Decimal:
    return _LEAST if value is None else Decimal(value)
