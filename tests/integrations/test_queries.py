"""An action stands between an application and its answer: how often it asks our own database is bounded."""

import re
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from integrations.models import Connection
from tenants.models import Feature, Tenant
from tests.integrations.asking import ACTIONS, an_application, ask
from tests.integrations.stand_in import StandIn

# Which begin and end transactions, and say whose rows they see.
BOOKKEEPING = re.compile(r"^(SAVEPOINT|RELEASE|SET LOCAL|SELECT coalesce\(current_setting)")


def asked(act: Any) -> tuple[int, int]:
    """Statements that read or write rows, and all others."""
    with CaptureQueriesContext(database) as captured:
        assert act().status_code == 200
    others = [each for each in captured.captured_queries if BOOKKEEPING.match(each["sql"])]
    return len(captured) - len(others), len(others)


@pytest.mark.parametrize(("path", "most"), [("tryton.draft_sale", (15, 20)), ("tryton.read_party", (4, 10))])
def test_an_action_asks_the_database_so_often_and_no_more(
    acme: Tenant, answers: Feature, allowing: Connection, tryton: StandIn, path: str, most: tuple[int, int]
) -> None:
    shop = an_application(acme, feature=answers)
    ask(shop)
    input = {"code": "C-001"} if path == "tryton.read_party" else None
    body = {"idempotency_key": "order-2"} | ({"input": input} if input else {})
    rows, others = asked(lambda: ask(shop, f"{ACTIONS}{path}/", **body))
    assert rows <= most[0]
    assert others <= most[1]


def test_the_system_itself_is_asked_no_more_than_needed(
    acme: Tenant, answers: Feature, allowing: Connection, tryton: StandIn
) -> None:
    shop = an_application(acme, feature=answers)
    ask(shop)
    tryton.asked.clear()
    ask(shop, idempotency_key="order-2")
    assert tryton.asked == ["GET model/party.party", "POST model/sale.sale", "GET model/sale.sale"]
