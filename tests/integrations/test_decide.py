"""Approve and decline: sent once, by somebody else than who asked, and whoever comes late is told who was faster."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from integrations import services
from integrations.models import Connection, LedgerEntry
from tenants.actors import Actor
from tenants.models import AuditEntry, Role, Tenant, User
from tests.api.conftest import AsRole
from tests.factories import actor_of, make_user
from tests.integrations.asking import WRITES, ask, logged_in, text
from tests.integrations.factories import write
from tests.integrations.stand_in import StandIn
from tests.killswitch.factories import make_stop


@pytest.fixture
def entry(acme: Tenant, connection: Connection) -> LedgerEntry:
    """A sale that waits for a person."""
    return write(acme)


@pytest.fixture
def page(support: User) -> Client:
    return logged_in(support)


def approve(client: APIClient, entry: LedgerEntry, **headers: Any) -> Any:
    return client.post(f"{WRITES}{entry.id}/approve/", {"note": "checked"}, format="json", headers=headers)


def test_an_approved_write_is_sent_as_it_was_shown(api: APIClient, entry: LedgerEntry, tryton: StandIn) -> None:
    answer = approve(api, entry)
    assert (answer.status_code, answer.data["state"], answer.data["external_id"]) == (200, "done", "1")
    assert tryton.sales[1]["lines"][0]["description"] == "Robot arm"
    assert (answer.data["decided_by"], answer.data["decision_note"]) == ("test", "checked")


def test_every_step_is_in_the_audit_log(api: APIClient, acme: Tenant, entry: LedgerEntry) -> None:
    approve(api, entry)
    actions = AuditEntry.objects.of(acme).order_by("seq").values_list("action", flat=True)
    assert list(actions)[-3:] == ["write.asked", "write.approved", "write.done"]


def test_who_comes_second_is_told_who_was_first_and_when(
    api: APIClient, page: Client, entry: LedgerEntry, tryton: StandIn
) -> None:
    approve(api, entry)
    answer = page.post(f"/writes/{entry.id}/approve/", {"note": "mine"})
    assert answer.status_code == 409
    assert "test approved this write at" in text(answer)
    assert len(tryton.sales) == 1


def test_a_declined_write_is_never_sent(page: Client, api: APIClient, entry: LedgerEntry, tryton: StandIn) -> None:
    assert page.post(f"/writes/{entry.id}/decline/", {"note": "wrong party"}).status_code == 302
    answer = approve(api, entry)
    assert answer.status_code == 409
    assert "support@operator.example declined this write" in answer.data["error"]["detail"]
    assert tryton.written() == []


def test_a_decision_on_what_has_changed_since_is_a_conflict(api: APIClient, entry: LedgerEntry) -> None:
    etag = api.get(f"{WRITES}{entry.id}/").headers["ETag"]
    assert approve(api, entry, **{"If-Match": '"something-older"'}).status_code == 409
    assert approve(api, entry, **{"If-Match": etag}).status_code == 200


def test_whoever_asked_does_not_approve(engineer: User, acme: Tenant, connection: Connection, tryton: StandIn) -> None:
    own = write(acme, by=actor_of(engineer))
    page = logged_in(engineer)
    assert "somebody else has to approve it" in text(page.get(f"/writes/{own.id}/"))
    answer = page.post(f"/writes/{own.id}/approve/")
    assert answer.status_code == 403
    assert "You asked for this write yourself" in text(answer)
    assert tryton.written() == []


def test_whoever_asked_may_take_it_back(engineer: User, acme: Tenant, connection: Connection) -> None:
    own = write(acme, by=actor_of(engineer))
    logged_in(engineer).post(f"/writes/{own.id}/decline/")
    own.refresh_from_db()
    assert own.state == "declined"


def test_a_key_does_not_approve_what_it_asked_for(as_role: AsRole, acme: Tenant, connection: Connection) -> None:
    engineers = as_role(Role.ENGINEER)
    id = ask(engineers, tenant="acme").data["write"]["id"]
    answer = engineers.post(f"{WRITES}{id}/approve/", {}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (403, "needs_another")


def test_a_stop_holds_what_was_waiting(
    api: APIClient, acme: Tenant, entry: LedgerEntry, by_support: Actor, tryton: StandIn
) -> None:
    make_stop(acme, by=by_support, at=datetime.now(UTC))
    answer = approve(api, entry)
    assert (answer.status_code, answer.data["error"]["code"]) == (503, "stopped")
    entry.refresh_from_db()
    assert (entry.state, tryton.written()) == ("waiting", [])


def test_a_connection_that_was_turned_off_holds_it_too(
    api: APIClient, connection: Connection, entry: LedgerEntry, by_support: Actor
) -> None:
    services.disconnect(connection, by=by_support, at=datetime.now(UTC))
    assert approve(api, entry).data["error"]["code"] == "connection_off"


def test_a_write_that_failed_for_a_passing_reason_is_sent_again(
    api: APIClient, entry: LedgerEntry, tryton: StandIn
) -> None:
    tryton.faults.append("429")
    assert approve(api, entry).data["state"] == "failed"
    answer = approve(api, entry)
    assert (answer.data["state"], answer.data["attempts"]) == ("done", 2)
    assert len(tryton.sales) == 1


def test_before_it_is_sent_again_the_system_is_asked(api: APIClient, entry: LedgerEntry, tryton: StandIn) -> None:
    tryton.faults.append("500 before")
    approve(api, entry)
    # It came through after all, late.
    tryton.create(entry.payload["values"])
    assert approve(api, entry).data["state"] == "done"
    assert len(tryton.sales) == 1


def test_a_system_that_refuses_says_why_and_is_not_asked_again(
    api: APIClient, acme: Tenant, connection: Connection, tryton: StandIn
) -> None:
    sale = tryton.create({"party": 2, "lines": [["create", []]], "reference": "theirs"})
    cancelling = write(acme, action="tryton.cancel_sale", input={"sale": sale["id"]})
    sale["state"] = "confirmed"
    answer = approve(api, cancelling)
    assert (answer.data["state"], answer.data["error"]["code"]) == ("failed", "rejected")
    assert "You cannot cancel it." in answer.data["says"]
    assert approve(api, cancelling).status_code == 409


def test_a_tenants_own_admin_decides_on_its_writes(acme: Tenant, entry: LedgerEntry) -> None:
    boss = logged_in(make_user("boss@acme.example", Role.TENANT_ADMIN, acme))
    assert boss.post(f"/writes/{entry.id}/approve/").status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.decided_by_label) == ("done", "boss@acme.example")


def test_another_tenants_admin_finds_nothing_to_decide(stranger: User, entry: LedgerEntry) -> None:
    theirs = logged_in(stranger)
    assert [theirs.post(f"/writes/{entry.id}/{act}/").status_code for act in ("approve", "decline", "undo")] == [
        404
    ] * 3
    entry.refresh_from_db()
    assert entry.state == "waiting"


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_these_roles_read_and_do_not_decide(operator: Tenant, entry: LedgerEntry, role: Role) -> None:
    reader = logged_in(make_user("reader@operator.example", role, operator))
    assert "formaction" not in text(reader.get(f"/writes/{entry.id}/"))
    assert reader.post(f"/writes/{entry.id}/approve/").status_code == 403


def test_looking_decides_nothing(page: Client, entry: LedgerEntry) -> None:
    assert page.get(f"/writes/{entry.id}/approve/").status_code == 302
    entry.refresh_from_db()
    assert entry.state == "waiting"


def test_what_waits_is_not_reconciled(entry: LedgerEntry) -> None:
    assert services.reconcile(at=datetime.now(UTC) + timedelta(days=1)) == 0
    entry.refresh_from_db()
    assert entry.state == "waiting"
