"""Calls as a gateway would record them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from aiops.lib import uuid7
from costs import recording
from costs.grounding import Grounding, Source
from costs.hops import Hop
from costs.journal import Journal
from costs.pricing import NOTHING, Cost, PriceList, cost_of
from costs.records import Finished, Opened, Outcome, PriceMatch
from costs.rows import Row, row_of
from costs.usage import Usage

NOW: Final = datetime(2026, 11, 22, 2, 14, 7, tzinfo=UTC)
TENANT: Final = UUID("01900000-0000-7000-8000-000000000001")
FEATURE: Final = UUID("01900000-0000-7000-9000-000000000001")
PRICES: Final = PriceList.parse({"input": "2", "cached": "0.5", "output": "8"})
USAGE: Final = Usage(input_tokens=1000, cached_tokens=200, output_tokens=100)

# Of three sources one is cited, by a quote that holds and one that nearly does; a third quote is made up.
GROUNDING: Final = Grounding(
    confidence=Decimal("0.85"),
    exact=1,
    near=1,
    fabricated=1,
    sources_given=3,
    sources_cited=1,
    retrieved_tokens=600,
    uncited_tokens=450,
    sources=(Source("refunds", 150, True), Source("returns", 250, False), Source("contact", 200, False)),
)


def make_opened(*, at: datetime | None = None, **values: Any) -> Opened:
    fields: dict[str, Any] = {
        "id": uuid7.new(at),
        "tenant": TENANT,
        "feature": FEATURE,
        "user": "ada@example.com",
        "session": "session-1",
        "environment": "production",
        "model_asked": "default",
        "chain": "default",
        "prompt_version": None,
        "model": "gpt-test",
        "provider": "openai",
        "estimated_input_tokens": 1000,
        "price_version": None,
        "simulated": False,
        "streamed": False,
    }
    return Opened(**(fields | values))


def make_finished(call: Opened | None = None, *, usage: Usage = USAGE, **values: Any) -> Finished:
    call = call or make_opened()
    fields: dict[str, Any] = {
        "outcome": Outcome.OK,
        "model": call.model,
        "provider": call.provider,
        "cost": cost_of(usage, PRICES),
        "price_version": None,
        "price_match": PriceMatch.EXACT,
        "hops": (),
        "latency_ms": 800,
        "first_chunk_ms": None,
        "finish_reason": "stop",
    }
    return Finished(call=call, usage=usage, **(fields | values))


def make_stopped(call: Opened | None = None, **values: Any) -> Finished:
    """Turned away by the kill-switch: no provider was asked."""
    fields: dict[str, Any] = {"outcome": Outcome.STOPPED, "cost": NOTHING, "price_match": PriceMatch.NOTHING_ASKED}
    return make_finished(call, usage=Usage(), **(fields | {"model": "", "provider": ""} | values))


def make_kept(call: Opened | None = None, **values: Any) -> Finished:
    """Answered by what was kept of an earlier answer of its model's: no provider was asked."""
    call = call or make_opened()
    fields: dict[str, Any] = {"hops": (Hop(call.model, call.provider, 200, 1, "cached"),), "cost": NOTHING}
    return make_finished(call, usage=Usage(), **(fields | {"price_match": PriceMatch.NOTHING_ASKED} | values))


def make_failed(call: Opened | None = None, **values: Any) -> Finished:
    """No model of its chain answered, and none asks for anything."""
    fields: dict[str, Any] = {"outcome": Outcome.PROVIDER_ERROR, "cost": NOTHING}
    return make_finished(call, usage=Usage(), **(fields | {"price_match": PriceMatch.NOTHING_ASKED} | values))


def make_unpriced(call: Opened | None = None, **values: Any) -> Finished:
    return make_finished(call, cost=None, price_match=PriceMatch.UNPRICED, **values)


def costing(amount: str) -> Cost:
    """All of it for output."""
    return NOTHING._replace(output=Decimal(amount), total=Decimal(amount))


def usd(*amounts: str | int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def rows_of(*lines: bytes) -> list[Row]:
    return [row_of(line, "test", number) for number, line in enumerate(lines)]


def record(*finished: Finished, at: datetime = NOW) -> int:
    return recording.record(finished, at=at)


def write_journal(folder: Path, *records: Opened | Finished, process_id: str = "p1", **limits: Any) -> Journal:
    """Still held: close it, or the process counts as alive."""
    journal = Journal(folder, process_id, **limits)
    append(journal, records)
    return journal


def append(journal: Journal, records: Iterable[Opened | Finished]) -> None:
    for item in records:
        if isinstance(item, Opened):
            journal.opened(item)
        else:
            journal.finished(item)
    journal.sync()
