from typing import Any

import pytest
from typer.testing import CliRunner

from aiops.cli import spend
from aiops.cli.app import app

ROW: dict[str, Any] = {"label": "Search", "cost_usd": None, "share": 0.0, "calls": 3, "unpriced_calls": 3}
REPORT: dict[str, Any] = {
    "since": "2026-11-01T00:00:00Z",
    "until": "2026-11-22T00:00:00Z",
    "rows": [ROW],
    "total_usd": None,
    "calls": 3,
    "unpriced_calls": 3,
}


class Console:
    def get(self, path: str, **query: object) -> dict[str, Any]:
        return REPORT


def test_what_has_no_price_has_neither_spend_nor_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spend, "connect", Console)
    printed = CliRunner().invoke(app, ["spend"]).stdout
    assert "$0" not in printed
    assert "0.0%" not in printed
    assert "3 calls without a known price" in printed
