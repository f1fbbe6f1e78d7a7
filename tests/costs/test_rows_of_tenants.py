"""What row-level security lets through of this app's tables, and what it does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, models, transaction
from django.db.backends.utils import CursorWrapper

from costs import partitions
from costs.budgets import declare_budget
from costs.models import Budget, Call, DailySpend, EndUser, HourlySpend, MinuteTraffic
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.scope import scope
from tests.costs.factories import NOW, make_finished, make_opened, record

LOCKED: list[type[models.Model]] = [Call, EndUser, HourlySpend, DailySpend, MinuteTraffic, Budget]


@pytest.fixture
def both(acme: Tenant, globex: Tenant) -> None:
    record(*(make_finished(make_opened(at=NOW, tenant=tenant.pk)) for tenant in (acme, globex)))
    declare_budget(acme, amount_usd=Decimal(10), by=SYSTEM, at=NOW)
    declare_budget(globex, amount_usd=Decimal(10), by=SYSTEM, at=NOW)


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("model", LOCKED)
def test_a_tenant_sees_its_own_rows_only(model: type[models.Model], acme: Tenant) -> None:
    with scope([acme.pk]):
        assert [row.tenant_id for row in _all(model)] == [acme.pk]


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("model", LOCKED)
def test_without_a_scope_there_are_no_rows(model: type[models.Model]) -> None:
    with scope(()):
        assert _all(model) == []


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("statement", ["UPDATE costs_call SET cost_usd = 0", "DELETE FROM costs_call"])
def test_recorded_calls_are_never_rewritten(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("model", [model for model in LOCKED if model is not Call])
def test_another_tenants_rows_can_not_be_removed(model: type[models.Model], acme: Tenant, globex: Tenant) -> None:
    with scope([acme.pk]):
        model._default_manager.filter(tenant=globex).delete()
    assert len(_all(model)) == 2


def _all(model: type[models.Model]) -> list[Any]:
    return list(model._default_manager.all())


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM costs_call_20261122",
        "UPDATE costs_call_20261122 SET outcome = 'ok'",
        "DELETE FROM costs_call_20261122",
        "INSERT INTO costs_call_20261122 SELECT * FROM costs_call",
        "TRUNCATE costs_call_20261122",
        "DROP TABLE costs_call_20261122",
        "COPY costs_call_20261122 TO STDOUT",
        "ALTER TABLE costs_call DETACH PARTITION costs_call_20261122",
        "GRANT SELECT ON costs_call_20261122 TO aiops_app",
    ],
)
def test_a_partition_is_refused_to_whoever_addresses_it_directly(statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), _cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _cursor() -> Iterator[CursorWrapper]:
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor


@pytest.mark.usefixtures("everything")
def test_partitions_are_made_once() -> None:
    days = date(2021, 2, 27), date(2021, 3, 2)
    assert [partitions.make(*days), partitions.make(*days)] == [3, 0]
    assert partitions.make(date(2021, 2, 27), date(2021, 3, 3)) == 1


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2100, 1, 1)])
def test_the_owners_function_makes_partitions_of_sane_days_only(day: date) -> None:
    with pytest.raises(DatabaseError, match="days of 2020 to 2099 only"), transaction.atomic():
        partitions.make(day, date.fromordinal(day.toordinal() + 1))


@pytest.mark.usefixtures("everything")
def test_the_application_can_make_no_table_of_its_own() -> None:
    with pytest.raises(DatabaseError, match="permission denied"), _cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")


@pytest.mark.usefixtures("both")
def test_a_stretch_of_days_touches_only_their_partitions() -> None:
    plan = Call.objects.since(NOW).until(NOW.replace(hour=23)).explain()
    assert plan.count("costs_call_") == plan.count("costs_call_20261122") > 0
