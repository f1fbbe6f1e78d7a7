"""CSV that a spreadsheet can open without running anything in it."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from django.http import HttpResponse

# A cell that begins with one of these is taken for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, url: str) -> HttpResponse:
    """Raw numbers, UTC times, and a first line that says where it came from."""
    response = HttpResponse(text(columns, rows, url=url), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def text(columns: Sequence[str], rows: Iterable[Sequence[object]], *, url: str) -> str:
    buffer = io.StringIO()
    buffer.write(f"# {url}\r\n")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | float):
        return str(value)
    shown = str(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
