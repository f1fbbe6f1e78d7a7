"""Calls in another order than that of time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.models import Call
from costs.reports.calls import Sort, ranked
from costs.usage import Usage
from costs.views.calls import listing
from tests.costs.calls.asking import CALLS, ids, text
from tests.costs.calls.conftest import Make
from tests.costs.factories import GROUNDING, costing


@pytest.mark.parametrize(
    ("sort", "values"),
    [
        ("cost", [{"cost": costing("0.3")}, {"cost": costing("0.2")}, {"cost": costing("0.1")}]),
        ("latency", [{"latency_ms": 3000}, {"latency_ms": 2000}, {"latency_ms": 1000}]),
        ("first_chunk", [{"first_chunk_ms": 300}, {"first_chunk_ms": 200}, {"first_chunk_ms": 100}]),
        ("tokens", [{"usage": Usage(input_tokens=n)} for n in (3000, 2000, 1000)]),
        ("confidence", [{"grounding": GROUNDING._replace(confidence=n)} for n in ("0.1", "0.2", "0.3")]),
    ],
)
def test_what_is_asked_for_comes_first(page: Client, make: Make, sort: str, values: list[dict[str, Any]]) -> None:
    first, second, third = values
    made = {name: make(minutes, **each).call.id for name, minutes, each in (("b", 1, second), ("a", 9, first))}
    made["c"] = make(500, **third).call.id
    assert ids(page, sort=sort) == [made["a"], made["b"], made["c"]]


def test_of_equals_the_newer_stands_first_and_pages_neither_lose_nor_repeat(
    page: Client, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    made = [make(minutes, latency_ms=ms).call.id for minutes, ms in ((1, 5), (2, 9), (30, 5), (400, 5), (500, 7))]
    first = page.get(CALLS, {"sort": "latency"})
    second = page.get(CALLS + first.context["older"])
    third = page.get(CALLS + second.context["older"])
    shown = [[line.call.id for line in each.context["lines"]] for each in (first, second, third)]
    assert shown == [[made[1], made[4]], [made[0], made[2]], [made[3]]]
    assert third.context["older"] == ""
    assert "live=yes" not in text(first)


def test_what_was_not_looked_at_is_said(
    page: Client, make: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(60 * 20, latency_ms=9000)
    make(1, latency_ms=10)
    monkeypatch.setattr(listing, "_PATIENCE", -1)
    answer = page.get(CALLS, {"sort": "latency"})
    assert len(answer.context["lines"]) == 1
    assert "Ordered are the calls since" in text(answer)


def test_a_call_that_is_not_there_has_no_place_to_go_on_from(make: Make, now: datetime) -> None:
    gone = uuid4()
    make(2)
    since = now - timedelta(hours=1)
    assert ranked(Call.objects.all(), Sort.COST, at=now, since=since, after=gone, limit=9, seconds=9).calls == []


def test_where_it_is_not_known_a_call_has_no_place(page: Client, make: Make) -> None:
    make(2, latency_ms=None)
    known = make(1).call.id
    assert ids(page, sort="latency") == [known]
