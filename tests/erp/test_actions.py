"""The actions against a real Tryton, also with a bad proxy before it: its own tables say how often it was written."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from integrations import services
from integrations.models import Connection, LedgerEntry
from integrations.refusals import SystemRefused
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tests.erp.proxy import Proxy, standing_before
from tests.integrations.factories import make_connection, run
from tests.tryton import Tryton

SALE: dict[str, Any] = {
    "party": "C-1001",
    "description": "For the first aid room",
    "lines": [
        {"product": "FIRST-AID-20", "quantity": 2, "unit_price": "24.50"},
        {"description": "Carried to the cellar", "quantity": 1, "unit_price": 5},
    ],
}
FAULTS = ["500 after", "dropped after", "500 before", "dropped before", ""]


@pytest.fixture
def proxy(real_tryton: Tryton) -> Iterator[Proxy]:
    with standing_before(real_tryton.address) as proxy:
        yield proxy


@pytest.fixture
def connection(acme: Tenant, real_tryton: Tryton, proxy: Proxy) -> Connection:
    return connect(acme, real_tryton, proxy.url)


def connect(tenant: Tenant, real_tryton: Tryton, url: str, **values: Any) -> Connection:
    filled = {
        "key": real_tryton.key,
        "acts_as": real_tryton.user,
        "settings": {"database": real_tryton.database},
        **values,
    }
    return make_connection(tenant, url, writes="allow", **filled)


def write(tenant: Tenant, **values: Any) -> LedgerEntry:
    entry = run(tenant, **{"input": SALE, **values}).entry
    assert entry is not None
    return entry


def test_it_answers_and_says_whose_the_key_is(connection: Connection) -> None:
    tested = services.test(connection, by=SYSTEM, clock=partial(datetime.now, UTC))
    assert (tested.health, tested.health_says) == ("ok", "Tryton answers as aiops-acme, of Northwind Health.")


@pytest.mark.parametrize(
    ("values", "health"),
    [
        ({"key": "nobody's"}, "wrong_key"),
        ({"settings": {"database": "nowhere"}}, "wrong_database"),
        ({"acts_as": "admin"}, "wrong_user"),
    ],
)
def test_what_is_wrong_is_found(acme: Tenant, real_tryton: Tryton, values: dict[str, Any], health: str) -> None:
    wrong = connect(acme, real_tryton, real_tryton.address, **values)
    assert services.test(wrong, by=SYSTEM, clock=partial(datetime.now, UTC)).health == health


def test_a_party_is_read_by_its_code(acme: Tenant, connection: Connection) -> None:
    outcome = run(acme, action="tryton.read_party", input={"code": "C-1001"})
    assert outcome.output is not None
    (party,) = outcome.output["parties"]
    assert (party["name"], "12 Alder Street" in party["addresses"][0]) == ("Alder Street Clinic", True)
    assert {"type": "email", "value": "orders@alderstreet.example"} in party["contacts"]


def test_a_party_is_found_by_a_part_of_its_name(acme: Tenant, connection: Connection) -> None:
    outcome = run(acme, action="tryton.read_party", input={"name": "cycling"})
    assert outcome.output is not None
    assert [party["code"] for party in outcome.output["parties"]] == ["C-1003"]
    assert run(acme, action="tryton.read_party", input={"name": "%"}).output == {"parties": []}


def test_a_sale_is_drafted_and_undone(acme: Tenant, connection: Connection, real_tryton: Tryton) -> None:
    entry = write(acme)
    assert entry.result is not None
    assert (entry.state, entry.result["state"], entry.result["untaxed_amount"]) == ("done", "draft", "54.00")
    assert entry.after["untaxed_amount"] == "54.00"
    assert real_tryton.sales(entry.reference) == 1
    undoing = services.undo(entry, by=SYSTEM, at=datetime.now(UTC))
    assert (undoing.state, undoing.result is not None) == ("done", True)
    assert real_tryton.rows("SELECT state FROM sale_sale WHERE reference = %s", entry.reference) == [("cancelled",)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"party": "C-404"}, "no party with code 'C-404'"),
        ({"lines": [{"product": "NOPE", "quantity": 1, "unit_price": "1"}]}, "no product with code NOPE"),
    ],
)
def test_what_it_does_not_have_is_told_in_words(
    acme: Tenant, connection: Connection, real_tryton: Tryton, change: dict[str, Any], said: str
) -> None:
    before = real_tryton.all_sales()
    with pytest.raises(SystemRefused, match=said):
        write(acme, input={**SALE, **change})
    assert real_tryton.all_sales() == before


@pytest.mark.parametrize("fault", ["500 after", "dropped after"])
def test_an_answer_that_is_lost_writes_nothing_twice(
    acme: Tenant, connection: Connection, real_tryton: Tryton, proxy: Proxy, fault: str
) -> None:
    proxy.faults.append(fault)
    entry = write(acme)
    assert (entry.state, real_tryton.sales(entry.reference)) == ("done", 1)


def test_what_was_delivered_twice_is_told_and_left_alone(
    acme: Tenant, connection: Connection, real_tryton: Tryton, proxy: Proxy
) -> None:
    proxy.faults.append("delivered twice")
    entry = write(acme)
    assert (entry.state, real_tryton.sales(entry.reference)) == ("done", 2)
    assert "more than once" in entry.remark


def test_faulted_writes_are_each_made_once(
    acme: Tenant, connection: Connection, real_tryton: Tryton, proxy: Proxy
) -> None:
    before = real_tryton.all_sales()
    proxy.faults = deque(FAULTS * 3)
    for number in range(15):
        write(acme, key=f"order-{number}")
    proxy.faults.clear()
    services.reconcile(at=datetime.now(UTC) + timedelta(minutes=5))
    entries = [write(acme, key=f"order-{number}") for number in range(15)]
    assert {entry.state for entry in entries} == {"done"}
    assert [real_tryton.sales(entry.reference) for entry in entries] == [1] * 15
    assert real_tryton.all_sales() == before + 15
