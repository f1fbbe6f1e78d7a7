"""What is in doubt is asked about in turn, by one run at a time, for so long; and nothing keeps the others waiting."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection as database

from integrations import services
from integrations.models import Connection, LedgerEntry
from integrations.services import reconciling
from tenants.models import Tenant
from tests.integrations.factories import make_connection, make_waiting
from tests.integrations.stand_in import StandIn

NOW = datetime.now(UTC)
LATER = NOW + timedelta(minutes=5)


def make_doubted(connection: Connection, **values: object) -> LedgerEntry:
    filled = {"state": "unknown", "sent_at": NOW, "doubted_at": NOW, "attempts": 1, **values}
    return make_waiting(connection, key=f"given:{uuid4()}", **filled)


def states(*entries: LedgerEntry) -> list[str]:
    for entry in entries:
        entry.refresh_from_db()
    return [entry.state for entry in entries]


@pytest.fixture
def dead(globex: Tenant) -> Connection:
    return make_connection(globex, "http://127.0.0.1:1")


def test_fresh_doubts_come_before_those_asked_about_in_vain(
    connection: Connection, dead: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "LOT", 1)
    old = make_doubted(dead, looked_at=NOW - timedelta(minutes=1), doubted_at=NOW - timedelta(hours=1))
    fresh = make_doubted(connection)
    assert services.reconcile(at=LATER) == 1
    assert states(old, fresh) == ["unknown", "failed"]


def test_a_dead_system_gets_a_few_questions_a_run(connection: Connection, dead: Connection) -> None:
    dying = [make_doubted(dead, doubted_at=NOW - timedelta(hours=1)) for _ in range(8)]
    alive = make_doubted(connection)
    assert services.reconcile(at=LATER) == 1
    assert states(alive) == ["failed"]
    assert set(states(*dying)) == {"unknown"}
    assert sum(entry.looked_at == LATER for entry in dying) == reconciling.LOT_OF_ONE


@pytest.mark.parametrize("values", [{"is_enabled": False}, {"key_sealed": b"x" * 40}])
def test_one_that_cannot_be_asked_about_goes_to_the_end_of_the_queue(
    connection: Connection, values: dict[str, object]
) -> None:
    entry = make_doubted(connection)
    Connection.objects.filter(pk=connection.pk).update(**values)
    if "key_sealed" in values:
        Connection.objects.filter(pk=connection.pk).update(health="ok")
    assert services.reconcile(at=LATER) == 0
    assert (states(entry), entry.looked_at) == (["unknown"], LATER)
    assert entry.error.startswith("Asked what became of it: ")


def test_an_answer_that_makes_no_sense_keeps_nobody_waiting(
    acme: Tenant, globex: Tenant, connection: Connection, tryton: StandIn
) -> None:
    theirs = make_connection(globex, tryton.url, key="key-of-globex")
    odd, other = make_doubted(connection, doubted_at=NOW - timedelta(seconds=1)), make_doubted(theirs)
    tryton.read_faults.append("without an id")
    assert services.reconcile(at=LATER) == 1
    assert states(odd, other) == ["unknown", "failed"]
    assert (odd.looked_at, "cannot be understood" in odd.error) == (LATER, True)


def test_a_fault_of_our_own_keeps_nobody_waiting(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_doubted(connection, doubted_at=NOW - timedelta(seconds=1)), make_doubted(connection)
    settle = reconciling._settle

    def trips(tenant: object, id: object, seconds: float) -> None:
        if id == first.id:
            raise RuntimeError("tripped")
        settle(tenant, id, seconds)  # type: ignore[arg-type]

    monkeypatch.setattr(reconciling, "_settle", trips)
    assert services.reconcile(at=LATER) == 1
    assert states(first, second) == ["unknown", "failed"]
    assert first.looked_at == LATER


def test_a_second_run_does_nothing_while_the_first_is_at_it(connection: Connection) -> None:
    entry = make_doubted(connection)
    other = database.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('integrations.reconcile', 0))")
        assert services.reconcile(at=LATER) == 0
        cursor.execute("SELECT pg_advisory_unlock_all()")
    other.close()
    assert services.reconcile(at=LATER) == 1
    assert states(entry) == ["failed"]


def test_a_run_ends_when_its_time_is_over(connection: Connection, tryton: StandIn) -> None:
    entries = [make_doubted(connection) for _ in range(3)]
    tryton.read_faults.extend(["slow"] * 3)
    tryton.slow_seconds = 5.0
    began = time.monotonic()
    assert services.reconcile(at=LATER, seconds=0.3) == 0
    assert time.monotonic() - began < 4
    assert set(states(*entries)) == {"unknown"}


def test_a_doubt_settles_two_minutes_after_it_arose(connection: Connection) -> None:
    entry = make_doubted(connection, sent_at=NOW - timedelta(hours=1), doubted_at=NOW)
    assert services.reconcile(at=NOW + timedelta(seconds=100)) == 0
    assert services.reconcile(at=NOW + timedelta(seconds=130)) == 1
    assert states(entry) == ["failed"]


def test_connections_are_tested_a_few_times_a_day(connection: Connection, dead: Connection) -> None:
    Connection.objects.filter(pk=dead.pk).update(is_enabled=False)
    assert services.keep_fresh(clock=lambda: NOW) == 1
    connection.refresh_from_db()
    assert (connection.health, connection.checked_at) == ("ok", NOW)
    assert services.keep_fresh(clock=lambda: NOW + timedelta(hours=5)) == 0
    assert services.keep_fresh(clock=lambda: NOW + timedelta(hours=7)) == 1
