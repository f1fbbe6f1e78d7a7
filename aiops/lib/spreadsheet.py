"""CSV that a spreadsheet can open without running anything in it."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import batched
from typing import Final, override

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

from aiops.lib.showing import visible

# A cell that begins with one of these is taken for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
# Rows sent together: each lot is a way to the thread of the rows and back.
_LOT: Final = 500


class Streamed(StreamingHttpResponse):
    """Lot by lot also from an ASGI server: Django would read a synchronous iterator to its end before the first byte.

    The rows are read when the view and its scope are long over: what asks the database opens a scope of its own.
    """

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        lots = iter(self)
        # All in the request's one thread, which its connection to the database belongs to.
        following = sync_to_async(lambda: next(lots, b""))
        while lot := await following():
            yield lot


def answer(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, url: str, at: datetime
) -> StreamingHttpResponse:
    """Raw numbers, UTC times, and a first line that says where it came from, and when."""
    heading = f"# {url} at {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\r\n{_written([columns])}"
    response = Streamed(_lots(heading, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int | float):
        return str(value)
    shown = visible(str(value))
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _lots(heading: str, rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield heading
    for several in batched(rows, _LOT):
        yield _written([cell(value) for value in row] for row in several)


def _written(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
