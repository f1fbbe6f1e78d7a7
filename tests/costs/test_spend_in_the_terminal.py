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
    "kept_calls": 0,
}


class Console:
    def get(self, path: str, **query: object) -> dict[str, Any]:
        return REPORT


def test_answers_from_the_cache_are_a_line_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REPORT, "kept_calls", 12)
    monkeypatch.setitem(REPORT, "kept_share", 0.25)
    monkeypatch.setitem(REPORT, "saved_by_kept_usd", "1.5")
    monkeypatch.setattr(spend, "connect", Console)
    printed = CliRunner().invoke(app, ["spend"]).stdout
    assert "Given again from the cache: 12 answers, 25.0%, saved about $1.50." in printed


def test_what_has_no_price_has_neither_spend_nor_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spend, "connect", Console)
    printed = CliRunner().invoke(app, ["spend"]).stdout
    assert "$0" not in printed
    assert "0.0%" not in printed
    assert "3 calls without a known price" in printed
