from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.http import HttpRequest, StreamingHttpResponse
from django.test import Client
from django.urls import path

from aiops.lib import spreadsheet
from tests import streaming

AT = datetime(2026, 11, 22, 2, 14, 7, 123456, tzinfo=UTC)
# What was read and sent of the table below, in the order in which it happened.
happened: list[str] = []


def table(request: HttpRequest) -> StreamingHttpResponse:
    return spreadsheet.answer("numbers", ("number", "square"), _rows(), url="https://console.example/x?a=1", at=AT)


def _rows() -> Iterator[tuple[object, ...]]:
    for number in range(1, 4):
        happened.append(f"read {number}")
        yield number, Decimal(number**2)


urlpatterns = [path("table.csv", table)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_LOT", 1)
    happened.clear()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (Decimal("1E-7"), "0.0000001"),
        (-5, "-5"),
        ("=1+1", "'=1+1"),
        ("-2", "'-2"),
        ("plain", "plain"),
        ("\x1b[31m\u202e", r"\x1b[31m\u202e"),
    ],
)
def test_a_cell_is_raw_and_never_a_formula(value: object, cell: str) -> None:
    assert spreadsheet.cell(value) == cell


def test_its_first_line_says_where_it_came_from_and_when(client: Client) -> None:
    answer = client.get("/table.csv")
    assert answer.getvalue().decode().splitlines() == [
        "# https://console.example/x?a=1 at 2026-11-22T02:14:07Z",
        "number,square",
        "1,1",
        "2,4",
        "3,9",
    ]
    assert answer["Content-Disposition"] == 'attachment; filename="numbers.csv"'


def test_an_asgi_server_sends_the_first_rows_before_it_reads_the_last(row_by_row: None) -> None:
    streaming.ask("/table.csv", on_body=lambda piece: happened.append(f"sent {piece.split(b'\r\n')[0].decode()}"))
    assert happened == [
        "sent # https://console.example/x?a=1 at 2026-11-22T02:14:07Z",
        "read 1",
        "sent 1,1",
        "read 2",
        "sent 2,4",
        "read 3",
        "sent 3,9",
    ]
