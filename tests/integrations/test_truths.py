"""What the database itself refuses, whoever asks."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, IntegrityError, transaction
from django.db import connection as database

from integrations.models import Connection, LedgerEntry
from tenants.models import Tenant
from tenants.scope import scope
from tests.integrations.factories import make_connection, write
from tests.integrations.stand_in import StandIn


def rows(entry: LedgerEntry) -> Any:
    return LedgerEntry.objects.filter(pk=entry.pk)


@pytest.mark.parametrize(
    "values",
    [
        {"input": {}},
        {"payload": {}},
        {"after": {}},
        {"key": "given:other"},
        {"action": "x"},
        {"call_id": uuid4()},
        {"planned_against": {}},
    ],
)
def test_what_was_asked_cannot_be_changed(acme: Tenant, connection: Connection, values: dict[str, Any]) -> None:
    entry = write(acme)
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        rows(entry).update(**values)


@pytest.mark.parametrize("state", ["waiting", "sending", "failed", "unknown", "declined", "planned"])
def test_what_is_done_stays_done(acme: Tenant, allowing: Connection, state: str) -> None:
    entry = write(acme)
    with pytest.raises(Error, match="cannot become"), transaction.atomic():
        rows(entry).update(state=state, version=99)


def test_a_dry_run_never_becomes_a_write(acme: Tenant, allowing: Connection) -> None:
    entry = write(acme, dry_run=True)
    with pytest.raises(Error, match="cannot become"), transaction.atomic():
        rows(entry).update(state="sending", sent_at=datetime.now(UTC), version=2)


def test_nothing_is_removed(acme: Tenant, connection: Connection) -> None:
    entry = write(acme)
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), database.cursor() as cursor:
        cursor.execute("DELETE FROM integrations_write WHERE id = %s", [entry.id])


def test_a_write_goes_through_its_own_tenants_connection(
    acme: Tenant, globex: Tenant, connection: Connection, tryton: StandIn
) -> None:
    entry, theirs = write(acme), make_connection(globex, tryton.url)
    entry.id, entry.key, entry.connection = uuid4(), "given:other", theirs
    with pytest.raises(IntegrityError, match="write_goes_through_its_tenants_connection"), transaction.atomic():
        entry.save(force_insert=True)


def test_one_key_makes_one_write(acme: Tenant, connection: Connection) -> None:
    entry = write(acme)
    entry.id = uuid4()
    with pytest.raises(IntegrityError, match="one_write_a_key"), transaction.atomic():
        entry.save(force_insert=True)


def test_another_tenants_rows_are_not_there(acme: Tenant, globex: Tenant, connection: Connection) -> None:
    write(acme)
    with scope([globex.pk]):
        assert not LedgerEntry.objects.exists()
        assert not Connection.objects.exists()
