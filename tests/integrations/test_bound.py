"""A write goes to the system it was planned against, as that user, or nowhere."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection as database
from rest_framework.test import APIClient

from integrations import services
from integrations.models import Connection, LedgerEntry
from integrations.refusals import Moved
from integrations.services import writing
from tenants.actors import SYSTEM, Actor
from tenants.models import Tenant
from tenants.refusals import Conflict
from tests.integrations.asking import WRITES, ask
from tests.integrations.factories import run, write
from tests.integrations.stand_in import StandIn

LATER = timedelta(minutes=5)


def change(connection: Connection, **values: Any) -> Connection:
    return services.change(connection, values, is_over_all=True, by=SYSTEM, at=datetime.now(UTC))


def decide(client: APIClient, entry: LedgerEntry, act: str) -> Any:
    return client.post(f"{WRITES}{entry.id}/{act}/", {}, format="json")


@pytest.mark.parametrize(
    "values",
    [{"settings": {"database": "live"}}, {"address": "http://127.0.0.1:1", "key": "other"}, {"acts_as": "other"}],
)
def test_what_waits_is_not_sent_to_another_system(
    api: APIClient, acme: Tenant, connection: Connection, tryton: StandIn, values: dict[str, Any]
) -> None:
    entry = write(acme)
    change(connection, **values)
    asked = len(tryton.asked)
    answer = decide(api, entry, "approve")
    assert (answer.status_code, answer.data["error"]["code"]) == (409, "connection_moved")
    assert "was planned against" in answer.data["error"]["detail"]
    assert "database erp" in answer.data["error"]["detail"]
    entry.refresh_from_db()
    assert (entry.state, len(tryton.asked)) == ("waiting", asked)


def test_a_new_key_has_to_be_tested_first(
    api: APIClient, acme: Tenant, connection: Connection, tryton: StandIn
) -> None:
    entry = write(acme)
    change(connection, key="key-of-acme")
    assert "Test the connection first" in decide(api, entry, "approve").data["error"]["detail"]
    services.test(connection, by=SYSTEM, clock=lambda: datetime.now(UTC))
    assert decide(api, entry, "approve").data["state"] == "done"


def test_what_was_done_in_another_system_is_not_undone_in_this_one(
    api: APIClient, acme: Tenant, allowing: Connection, tryton: StandIn
) -> None:
    entry = write(acme)
    change(allowing, settings={"database": "live"})
    assert decide(api, entry, "undo").data["error"]["code"] == "connection_moved"


def test_what_failed_is_not_sent_again_to_another_system(acme: Tenant, allowing: Connection, tryton: StandIn) -> None:
    tryton.faults.append("429")
    assert write(acme).may_retry
    change(allowing, acts_as="other")
    with pytest.raises(Moved):
        run(acme)


def test_a_doubt_stays_one_when_only_another_system_can_be_asked(
    acme: Tenant, allowing: Connection, tryton: StandIn
) -> None:
    tryton.faults.append("dropped before")
    entry = write(acme)
    change(allowing, settings={"database": "live"})
    asked = len(tryton.asked)
    assert services.reconcile(at=datetime.now(UTC) + LATER) == 0
    entry.refresh_from_db()
    assert (entry.state, len(tryton.asked)) == ("unknown", asked)
    assert "was planned against" in entry.error


def test_a_connection_changed_while_it_was_asked_sends_nothing(
    api: APIClient, acme: Tenant, allowing: Connection, tryton: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = writing.ask

    def change_meanwhile(*arguments: Any) -> Any:
        change(allowing, acts_as="other")
        return told(*arguments)

    monkeypatch.setattr(writing, "ask", change_meanwhile)
    answer = ask(api, tenant="acme")
    assert (answer.status_code, answer.data["error"]["code"]) == (409, "connection_moved")
    assert (tryton.written(), LedgerEntry.objects.count()) == ([], 0)


def test_one_of_dry_runs_approves_nothing(
    api: APIClient, acme: Tenant, connection: Connection, tryton: StandIn
) -> None:
    entry = write(acme)
    change(connection, writes="dry_run")
    answer = decide(api, entry, "approve")
    assert (answer.status_code, "dry runs now" in answer.data["error"]["detail"]) == (409, True)
    entry.refresh_from_db()
    assert (entry.state, tryton.written()) == ("waiting", [])


@pytest.mark.parametrize("first", [{"is_enabled": False}, {"writes": "dry_run"}])
def test_a_change_of_one_field_leaves_a_colleagues_of_another(connection: Connection, first: dict[str, Any]) -> None:
    stale = Connection.objects.get(pk=connection.pk)
    change(connection, **first)
    changed = change(stale, name="Other")
    assert {name: getattr(changed, name) for name in first} == first
    services.disconnect(stale, by=SYSTEM, at=datetime.now(UTC))
    assert change(stale, name="Third").is_enabled is False


def test_an_older_undo_is_not_approved_beside_a_newer_one(
    api: APIClient, acme: Tenant, allowing: Connection, tryton: StandIn, by_support: Actor
) -> None:
    entry = write(acme)
    tryton.faults.extend(["403", "dropped before"])
    older = decide(api, entry, "undo").data
    assert (older["state"], decide(api, entry, "undo").data["state"]) == ("failed", "unknown")
    answer = api.post(f"{WRITES}{older['id']}/approve/", {}, format="json")
    # Whoever pressed Undo asked for it; a colleague approves.
    assert answer.status_code == 403
    with pytest.raises(Conflict, match="Another undo"):
        services.approve(LedgerEntry.objects.get(id=older["id"]), by=by_support, at=datetime.now(UTC))


@pytest.mark.parametrize("path", ["tryton.draft_sale", "tryton.read_party"])
def test_a_key_that_does_not_open_is_said_so(api: APIClient, acme: Tenant, connection: Connection, path: str) -> None:
    entry = write(acme)
    Connection.objects.filter(pk=connection.pk).update(key_sealed=b"x" * 40)
    input = {"input": {"code": "C-001"}} if path == "tryton.read_party" else {}
    for answer in (
        ask(api, f"/api/v1/actions/{path}/", tenant="acme", **{"idempotency_key": "order-2"} | input),
        decide(api, entry, "approve"),
    ):
        assert (answer.status_code, answer.data["error"]["code"]) == (409, "key_unreadable")


def test_what_the_migration_fills_in_is_what_a_connection_says_itself(connection: Connection) -> None:
    filling = import_module("integrations.migrations.0003_bound_to_what_they_were_planned_against").FILL
    place = filling.partition("planned_against = ")[2].partition("\n      FROM")[0]
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {place} FROM integrations_connection AS place WHERE id = %s", [connection.pk])  # noqa: S608 - of our own migration
        assert json.loads(cursor.fetchone()[0]) == connection.leads_to
