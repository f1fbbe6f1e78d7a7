"""A real Tryton, where its packages can be installed: what its users may do, and how far its role reaches."""

from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest

from aiops.embedded.doctor.erp import finding
from aiops.embedded.doctor.finding import State
from aiops.embedded.erp.facts import ErpFacts, write_facts
from aiops.embedded.home import Home
from tests.tryton import Tryton


def test_a_program_drafts_a_sale_with_the_rights_of_a_salesperson(real_tryton: Tryton) -> None:
    parties = _ask(real_tryton, "party.party?f=code&f=name").json()
    assert {"C-1001", "C-1002", "C-1003", "C-1004"} <= {party["code"] for party in parties}
    price = {"__class__": "Decimal", "decimal": "24.50"}
    line = {"product": real_tryton.product("FIRST-AID-20"), "quantity": 2, "unit": 1, "unit_price": price}
    sale = {"company": real_tryton.company(), "currency": 1, "party": real_tryton.party("C-1001"), "reference": "kits"}
    assert _ask(real_tryton, "sale.sale", sale | {"lines": [["create", [line]]]}).status_code == 200
    assert real_tryton.sales("kits") == 1


def test_a_program_is_no_accountant_and_no_administrator(real_tryton: Tryton) -> None:
    assert "not allowed" in _ask(real_tryton, "account.move?s=1").text
    assert _ask(real_tryton, "res.user", {"login": "mallory", "name": "Mallory"}).status_code == 400


def test_a_key_that_nobody_was_given_is_refused(real_tryton: Tryton) -> None:
    assert _ask(real_tryton, "party.party?s=1", key="made up").status_code == 401


@pytest.mark.parametrize("database", ["aiops", "postgres", "template1"])
def test_the_erps_role_enters_no_other_database(real_tryton: Tryton, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"pg_hba\.conf rejects connection"):
        psycopg.connect(real_tryton.dsn.rpartition("/")[0] + f"/{database}")


def test_the_doctor_says_whether_it_answers(real_tryton: Tryton, home: Home) -> None:
    facts = ErpFacts(real_tryton.address, real_tryton.database, real_tryton.user, real_tryton.key)
    home.path.mkdir()
    assert list(finding(home, facts.url)) == []
    for written, state in ((facts, State.OK), (replace(facts, key="of nobody"), State.FAIL)):
        write_facts(home, written)
        assert [found.state for found in finding(home, facts.url)] == [state]


def _ask(tryton: Tryton, path: str, body: dict[str, Any] | None = None, key: str = "") -> httpx.Response:
    url = f"{tryton.address}/{tryton.database}/rest/model/{path}"
    headers = {"Authorization": f"Bearer {key or tryton.key}"}
    return httpx.request("POST" if body else "GET", url, json=body, headers=headers, timeout=30)
