"""A write that is sent at once, on good days and on bad ones: there is one sale, or none, and the ledger says which."""

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from integrations import services
from integrations.models import Connection, LedgerEntry
from integrations.refusals import InProgress, SystemRefused
from integrations.wording import says
from tenants.models import AuditEntry, Tenant
from tests.integrations.factories import SALE, run, write
from tests.integrations.stand_in import StandIn

LATER = timedelta(minutes=5)


def reconcile_later() -> int:
    return services.reconcile(at=datetime.now(UTC) + LATER)


def test_an_allowed_write_is_sent_at_once(acme: Tenant, allowing: Connection, tryton: StandIn) -> None:
    entry = write(acme)
    assert (entry.state, entry.external_id) == ("done", "1")
    assert tryton.sales[1]["reference"] == f"aiops:{entry.id}"
    assert entry.result is not None
    assert entry.result["party"] == "C-001 Northwind Traders"
    assert [row.action for row in AuditEntry.objects.of(acme).order_by("seq")][-2:] == ["write.asked", "write.done"]


def test_lines_name_products_by_their_code(acme: Tenant, allowing: Connection, tryton: StandIn) -> None:
    line = {"product": "ARM", "quantity": 1, "unit_price": 12.5}
    entry = write(acme, input={"party": "C-002", "lines": [line]})
    assert entry.after["lines"] == [{"product": "ARM", "description": None, "quantity": 1, "unit_price": "12.5"}]
    assert tryton.sales[1]["lines"][0]["unit_price"] == {"__class__": "Decimal", "decimal": "12.5"}


@pytest.mark.parametrize(
    ("input", "said"),
    [
        ({"party": "C-404", "lines": SALE["lines"]}, "no party with code 'C-404'"),
        ({"party": "G-001", "lines": SALE["lines"]}, "no party with code 'G-001'"),
        ({"party": "C-001", "lines": [{"product": "NO", "quantity": 1, "unit_price": "1"}]}, "no product with code NO"),
        ({"party": "C-001", "lines": [{"product": "PART", "quantity": 1, "unit_price": "1"}]}, "Not for sale"),
    ],
)
def test_what_the_system_does_not_have_is_refused_before_anything_is_kept(
    acme: Tenant, allowing: Connection, tryton: StandIn, input: dict[str, Any], said: str
) -> None:
    with pytest.raises(SystemRefused, match=said):
        run(acme, input=input)
    assert not LedgerEntry.objects.exists()
    assert tryton.written() == []


@pytest.mark.parametrize("fault", ["500 after", "502 after", "dropped after", "garbled", "endless"])
def test_what_was_done_before_the_answer_was_lost_is_found_and_not_done_again(
    acme: Tenant, allowing: Connection, tryton: StandIn, fault: str
) -> None:
    tryton.faults.append(fault)
    entry = write(acme)
    assert (entry.state, entry.external_id) == ("done", "1")
    assert len(tryton.sales) == 1
    assert write(acme).id == entry.id
    assert len(tryton.sales) == 1


def test_an_error_before_the_work_is_known_to_have_done_nothing_and_may_be_sent_again(
    acme: Tenant, allowing: Connection, tryton: StandIn
) -> None:
    tryton.faults.append("500 before")
    first = write(acme)
    assert (first.state, first.error_code, first.may_retry) == ("failed", "system_error", True)
    outcome = run(acme)
    assert outcome.entry is not None
    assert (outcome.entry.id, outcome.entry.state, outcome.entry.attempts) == (first.id, "done", 2)
    assert len(tryton.sales) == 1


@pytest.mark.parametrize("fault", ["403", "429"])
def test_a_refusal_has_done_nothing(acme: Tenant, allowing: Connection, tryton: StandIn, fault: str) -> None:
    tryton.faults.append(fault)
    assert write(acme).state == "failed"
    assert write(acme).state == "done"
    assert len(tryton.sales) == 1


def test_a_connection_that_drops_before_the_work_leaves_a_doubt_until_the_system_was_asked(
    acme: Tenant, allowing: Connection, tryton: StandIn
) -> None:
    tryton.faults.append("dropped before")
    entry = write(acme)
    assert (entry.state, entry.error_code) == ("unknown", "broken_off")
    assert run(acme).replayed
    assert services.reconcile(at=datetime.now(UTC)) == 0
    assert reconcile_later() == 1
    entry.refresh_from_db()
    assert (entry.state, entry.may_retry) == ("failed", True)
    assert write(acme).state == "done"
    assert len(tryton.sales) == 1


def test_a_slow_system_is_not_asked_twice(
    acme: Tenant, allowing: Connection, tryton: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    access, may_go_on, is_made = Connection.access, Event(), Event()
    monkeypatch.setattr(Connection, "access", lambda self: replace(access(self), seconds=0.5))
    # Of the one request that writes; those that only ask are answered meanwhile.
    tryton.faults.append("held")
    tryton.hold, tryton.meanwhile = may_go_on.wait, is_made.set
    entry = write(acme)
    assert (entry.state, entry.error_code, tryton.sales) == ("unknown", "timed_out", {})
    is_made.clear()
    may_go_on.set()
    assert is_made.wait(10)
    assert reconcile_later() == 1
    entry.refresh_from_db()
    assert (entry.state, len(tryton.sales)) == ("done", 1)


def test_what_was_delivered_twice_is_told_and_left_alone(acme: Tenant, allowing: Connection, tryton: StandIn) -> None:
    tryton.faults.append("delivered twice")
    entry = write(acme)
    assert (entry.state, entry.external_id, len(tryton.sales)) == ("done", "1", 2)
    assert says(entry).startswith("Done. Tryton has it more than once, with the same reference: also as 2.")
    assert len(tryton.written()) == 1
    assert "also as 2" in (AuditEntry.objects.of(acme).latest("seq").payload or "")


def test_a_process_that_dies_in_the_middle_is_noticed_and_the_system_asked(
    acme: Tenant, allowing: Connection, tryton: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.services.writing.sending.send", lambda *_, **__: None)
    entry = write(acme)
    monkeypatch.undo()
    assert entry.state == "sending"
    with pytest.raises(InProgress):
        run(acme)
    # It came as far as the system.
    tryton.create(entry.payload["values"])
    assert reconcile_later() == 0
    assert services.reconcile(at=datetime.now(UTC) + 2 * LATER) == 1
    entry.refresh_from_db()
    assert (entry.state, entry.external_id) == ("done", "1")
    actions = AuditEntry.objects.of(acme).order_by("seq").values_list("action", flat=True)
    assert list(actions)[-2:] == ["write.unknown", "write.done"]


def test_forty_faulted_writes_make_each_sale_once(acme: Tenant, allowing: Connection, tryton: StandIn) -> None:
    faults = ["500 after", "500 before", "502 after", "dropped after", "dropped before", "403", ""]
    tryton.faults = deque(faults[number % len(faults)] for number in range(40))
    for number in range(40):
        write(acme, key=f"order-{number}")
    tryton.faults.clear()
    while reconcile_later():
        pass
    entries = [write(acme, key=f"order-{number}") for number in range(40)]
    assert {entry.state for entry in entries} == {"done"}
    assert sorted(sale["reference"] for sale in tryton.sales.values()) == sorted(entry.reference for entry in entries)
