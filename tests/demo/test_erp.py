"""The demo's tenant acts in a real Tryton, where one can be installed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aiops.demo.erp import ask_for_sales, follow_erp
from aiops.embedded.erp.facts import ErpFacts
from integrations import services
from integrations.models import Connection
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Role, Tenant
from tenants.services import create_key
from tests.factories import make_feature, make_tenant, make_user
from tests.tryton import Tryton

ELSEWHERE = ErpFacts("http://127.0.0.1:9", "tryton", "aiops-northwind", "key-of-northwind")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def northwind(operator: Tenant) -> Tenant:
    tenant = make_tenant("northwind", name="Northwind Health")
    make_feature("answer-assistant", name="Answer assistant")
    make_user("support@demo.example", Role.SUPPORT, operator)
    create_key(tenant, name="demo", role=None, by=SYSTEM)
    return tenant


def follow(facts: ErpFacts, now: datetime) -> Connection:
    connection = follow_erp(facts, at=now)
    assert connection is not None
    return connection


def test_one_sale_is_made_and_one_waits_and_a_later_start_finds_both(
    northwind: Tenant, real_tryton: Tryton, now: datetime
) -> None:
    facts = ErpFacts(real_tryton.address, real_tryton.database, "aiops-northwind", real_tryton.keys["aiops-northwind"])
    connection = follow(facts, now)
    first = ask_for_sales(connection, at=now)
    again = ask_for_sales(follow(facts, now), at=now)
    assert [entry.pk for entry in again] == [entry.pk for entry in first]
    for entry in first:
        entry.refresh_from_db()
    assert [entry.state for entry in first] == ["done", "waiting"]
    assert [real_tryton.sales(entry.reference) for entry in first] == [1, 0]
    assert services.test(connection, by=SYSTEM, clock=lambda: now).health == "ok"


def test_the_connection_acts_as_the_tenants_own_user_and_its_writes_wait(northwind: Tenant, now: datetime) -> None:
    made = follow(ELSEWHERE, now)
    assert (made.system, made.acts_as, made.writes) == ("tryton", "aiops-northwind", "approve")
    assert made.settings == {"database": "tryton"}
    assert AuditEntry.objects.filter(tenant=northwind, action="connection.made").count() == 1


def test_the_address_follows_and_what_people_changed_stays(northwind: Tenant, now: datetime) -> None:
    services.change(follow(ELSEWHERE, now), {"writes": "dry_run"}, by=SYSTEM, at=now)
    assert follow(ELSEWHERE, now).version == 2
    moved = follow(replace(ELSEWHERE, url="http://127.0.0.1:10"), now)
    assert (moved.address, moved.writes, moved.version) == ("http://127.0.0.1:10", "dry_run", 3)


def test_without_the_demo_there_is_nobody_to_connect(operator: Tenant, now: datetime) -> None:
    assert follow_erp(ELSEWHERE, at=now) is None
    assert Connection.objects.count() == 0
