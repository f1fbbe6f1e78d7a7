"""What a command prints: JSON for programs, tables for people."""

import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import typer

from aiops.cli.plain import plain_line

_WIDE = 1000
_CENT = Decimal("0.01")


class Stdout:
    """Of the one command that this process runs: whether programs read it, and whether they were told something."""

    is_json = False
    has_begun = False

    @classmethod
    def begin(cls, as_json: bool) -> bool:
        cls.is_json, cls.has_begun = as_json, False
        return as_json


def wants_json() -> bool:
    """Whether a program still waits for its document."""
    return Stdout.is_json and not Stdout.has_begun


def print_json(data: Any) -> None:
    Stdout.has_begun = True
    typer.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())


def print_json_rows(rows: Iterable[Any]) -> int:
    """One array, a row a line, printed while it is read: a month of calls does not have to fit in memory."""
    count = 0
    for count, row in enumerate(rows, start=1):
        Stdout.has_begun = True
        typer.echo(("[\n" if count == 1 else ",\n") + orjson.dumps(row).decode(), nl=False)
    typer.echo("\n]" if count else "[]")
    return count


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Collection[str] = (),
    elastic: Collection[str] = (),
) -> None:
    """Columns named in `numbers` are set to the right; only those in `elastic` are cut when the terminal is narrow."""
    from rich import box  # noqa: PLC0415 - 0.1 s that only tables need
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    cells = [[_cell(value) for value in row] for row in rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        widest = max((len(row[place]) for row in cells), default=0)
        table.add_column(
            column,
            justify="right" if column in numbers else "left",
            no_wrap=True,
            min_width=None if column in elastic else max(widest, len(column)),
        )
    for row in cells:
        # Text, not markup: a name with square brackets stays what it is.
        table.add_row(*(Text(plain_line(cell)) for cell in row))
    # In a file or a pipe nothing is cut off; in a terminal a row stays a line.
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


def local(text: str | None) -> str:
    """An ISO time as this machine's clock shows it."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}" if text else "—"


def zoned(text: str) -> str:
    """The same, for where nothing else tells whose clock is meant."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S %Z}"


def usd(text: str | None) -> str:
    """Exact when small, cents when large; unknown is not zero."""
    if text is None:
        return "—"
    return (
        f"${float(text):,.2f}" if abs(float(text)) >= 1 else f"${text.rstrip('0').rstrip('.') if '.' in text else text}"
    )


def cents(text: str | None) -> str:
    """For sums that are compared; what is less than a cent is not nothing."""
    if text is None:
        return "—"
    amount = Decimal(text)
    return "< $0.01" if 0 < amount < _CENT else f"${amount:,.2f}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 call`, `2 calls`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _cell(value: object) -> str:
    return "—" if value is None or value == "" else str(value)
