"""Connect, change, disconnect, test: the service, the API and the pages of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from integrations.models import Connection
from tenants.models import AuditEntry, Role, Tenant, User
from tests.api.conftest import AsRole
from tests.factories import make_user
from tests.integrations.asking import CONNECTIONS, ask, connection_order, logged_in, text
from tests.integrations.factories import make_connection
from tests.integrations.stand_in import StandIn

ONE = f"{CONNECTIONS}acme/erp/"


@pytest.fixture
def page(engineer: User) -> Client:
    return logged_in(engineer)


def form(tryton: StandIn, **values: Any) -> dict[str, Any]:
    return {
        "tenant": "acme", "slug": "erp", "name": "Acme's ERP", "address": tryton.url, "acts_as": "aiops",
        "key": "key-of-acme", "setting_database": "erp", "environment": "production", "writes": "approve",
        "is_enabled": "on", "allow_private": "on",
    } | values  # fmt: skip


def test_a_system_is_connected_and_its_key_is_never_told_again(api: APIClient, acme: Tenant, tryton: StandIn) -> None:
    made = api.post(CONNECTIONS, connection_order(tryton), format="json")
    assert made.status_code == 201
    assert (made.data["key_last_four"], made.data["writes"], made.data["health"]) == ("", "approve", "unknown")
    row = Connection.objects.get()
    assert row.access().credentials == "key-of-acme"
    assert b"key-of-acme" not in bytes(row.key_sealed)
    told = [made.content, api.get(ONE).content, AuditEntry.objects.of(acme).latest("seq").payload.encode()]  # type: ignore[union-attr]
    assert not any(b"key-of-acme" in each for each in told)
    assert tryton.asked == []


def test_a_key_does_not_open_in_another_row(acme: Tenant, globex: Tenant, tryton: StandIn) -> None:
    ours, theirs = make_connection(acme, tryton.url), make_connection(globex, tryton.url, key="key-of-globex")
    theirs.key_sealed = ours.key_sealed
    with pytest.raises(Exception, match="does not open"):
        theirs.access()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"address": "ftp://erp"}, "address"),
        ({"address": "https://user:secret@erp.example"}, "address"),
        ({"address": "http://169.254.169.254"}, "address"),
        ({"allow_private": False}, "address"),
        ({"slug": "ERP 1"}, "slug"),
        ({"settings": {}}, "settings.database"),
        ({"settings": {"database": "erp", "databse": "x"}}, "settings"),
        ({"key": "has\nlines"}, "key"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    api: APIClient, acme: Tenant, tryton: StandIn, values: dict[str, Any], field: str
) -> None:
    answer = api.post(CONNECTIONS, connection_order(tryton, **values), format="json")
    assert answer.status_code == 422
    assert answer.data["error"]["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize("values", [{"system": "sap"}, {"writes": "always"}, {"databse": "x"}])
def test_what_is_not_known_is_refused(api: APIClient, acme: Tenant, tryton: StandIn, values: dict[str, Any]) -> None:
    assert api.post(CONNECTIONS, connection_order(tryton, **values), format="json").status_code == 400


def test_a_second_one_of_a_name_is_a_conflict(api: APIClient, connection: Connection, tryton: StandIn) -> None:
    assert api.post(CONNECTIONS, connection_order(tryton), format="json").status_code == 409


def test_a_name_that_leads_into_the_private_network_is_not_followed(
    api: APIClient, acme: Tenant, tryton: StandIn
) -> None:
    """The name is public when it is connected, and points at this machine when it is used."""
    connection = make_connection(acme, tryton.url)
    Connection.objects.filter(pk=connection.pk).update(address="http://localtest.example", allow_private=False)
    answer = api.post(f"{ONE}test/", {}, format="json")
    assert answer.data["health"] == "unreachable"


def test_the_private_network_is_for_who_is_over_all_tenants(acme: Tenant, tryton: StandIn) -> None:
    boss = APIClient()
    boss.force_login(make_user("boss@acme.example", Role.ADMIN, acme))
    answer = boss.post(CONNECTIONS, connection_order(tryton), format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (403, "not_allowed")


# Change


def test_a_change_leaves_the_rest_as_it_was(api: APIClient, acme: Tenant, connection: Connection) -> None:
    answer = api.patch(ONE, {"writes": "allow"}, format="json")
    assert (answer.data["writes"], answer.data["version"], answer.data["acts_as"]) == ("allow", 2, "aiops")
    entry = AuditEntry.objects.of(acme).latest("seq")
    assert entry.action == "connection.changed"
    assert '"after":{"writes":"allow"},"before":{"writes":"approve"}' in (entry.payload or "")


def test_a_change_of_nothing_is_none(api: APIClient, acme: Tenant, connection: Connection) -> None:
    assert api.patch(ONE, {"writes": "approve"}, format="json").data["version"] == 1
    assert AuditEntry.objects.of(acme).latest("seq").action == "connection.made"


def test_the_key_is_not_sent_to_another_server(api: APIClient, connection: Connection) -> None:
    answer = api.patch(ONE, {"address": "https://evil.example"}, format="json")
    assert answer.status_code == 422
    assert "give it again to send it to https://evil.example" in answer.data["error"]["detail"]
    moved = api.patch(
        ONE, {"address": "https://erp.example", "key": "their-new-key", "allow_private": False}, format="json"
    )
    assert (moved.status_code, moved.data["key_last_four"]) == (200, "-key")


def test_whoever_comes_second_is_told_who_was_faster(
    page: Client, api: APIClient, connection: Connection, tryton: StandIn
) -> None:
    api.patch(ONE, {"name": "Changed meanwhile"}, format="json")
    answer = page.post("/connections/acme/erp/", form(tryton, name="Mine", key="", version="1"))
    assert answer.status_code == 409
    assert "test changed this connection at" in text(answer)
    assert 'value="Mine"' in text(answer)
    assert 'name="version" value="2"' in text(answer)


def test_off_and_on_again(api: APIClient, connection: Connection) -> None:
    assert api.delete(ONE).data["is_enabled"] is False
    assert api.delete(ONE).status_code == 200
    assert api.patch(ONE, {"is_enabled": True}, format="json").data["is_enabled"] is True


# Test


@pytest.mark.parametrize(
    ("values", "health", "said"),
    [
        ({}, "ok", "Tryton answers as aiops, of Acme Robotics."),
        ({"key": "key-of-nobody"}, "wrong_key", "does not know this key"),
        ({"key": "key-of-the-admin"}, "wrong_user", "The key is admin's, not aiops's."),
        ({"settings": {"database": "typo"}}, "wrong_database", "no database 'typo'"),
    ],
)
def test_a_test_says_what_is_wrong(
    api: APIClient, acme: Tenant, tryton: StandIn, values: dict[str, Any], health: str, said: str
) -> None:
    make_connection(acme, tryton.url, **values)
    answer = api.post(f"{ONE}test/", {}, format="json")
    assert (answer.status_code, answer.data["health"]) == (200, health)
    assert said in answer.data["health_says"]
    assert AuditEntry.objects.of(acme).latest("seq").action == "connection.tested"


@pytest.mark.parametrize(
    ("fault", "health"),
    [("403", "no_rights"), ("500 before", "faulty"), ("garbled", "faulty"), ("dropped before", "faulty")],
)
def test_whatever_a_system_answers_is_told_in_words(
    api: APIClient, connection: Connection, tryton: StandIn, fault: str, health: str
) -> None:
    tryton.read_faults.append(fault)
    answer = api.post(f"{ONE}test/", {}, format="json")
    assert answer.data["health"] == health
    assert answer.data["health_says"].endswith((".", "broke", "?"))


def test_nothing_listens_there(api: APIClient, acme: Tenant) -> None:
    make_connection(acme, "http://127.0.0.1:1")
    assert "cannot be reached" in api.post(f"{ONE}test/", {}, format="json").data["health_says"]


def test_a_key_of_another_user_is_not_used_once_it_is_known(api: APIClient, acme: Tenant, tryton: StandIn) -> None:
    make_connection(acme, tryton.url, key="key-of-the-admin")
    api.post(f"{ONE}test/", {}, format="json")
    asked = len(tryton.asked)
    answer = ask(api, tenant="acme")
    assert (answer.status_code, answer.data["error"]["code"]) == (409, "wrong_user")
    assert len(tryton.asked) == asked


def test_a_change_of_what_was_tested_forgets_the_test(api: APIClient, connection: Connection) -> None:
    api.post(f"{ONE}test/", {}, format="json")
    assert api.patch(ONE, {"name": "Other"}, format="json").data["health"] == "ok"
    assert api.patch(ONE, {"acts_as": "other"}, format="json").data["health"] == "unknown"


# Pages


def test_the_form_connects(page: Client, acme: Tenant, tryton: StandIn) -> None:
    answer = page.post("/connections/new/", form(tryton), follow=True)
    assert "Acme&#x27;s ERP is connected. Nothing was sent to it yet: press Test." in text(answer)
    tested = page.post("/connections/acme/erp/test/", follow=True)
    assert "Tryton answers as aiops" in text(tested)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"tenant": "acmee"}, "There is no such tenant"),
        ({"key": ""}, "User application key: This is needed."),
        (
            {"address": "http://10.0.0.1", "allow_private": ""},
            "Address: 10.0.0.1 is in a private range; tick “Allow addresses of the private network”.",
        ),
        ({"setting_database": ""}, "This is needed."),
        ({"slug": "Not One"}, "Short name: &#x27;Not One&#x27; must be lower-case letters"),
        ({"slug": "Not One"}, "The key that you gave is not kept: give it again."),
        ({"acts_as": "x" * 201}, "At most 200 characters; these are 201."),
    ],
)
def test_a_form_that_is_wrong_keeps_what_was_typed_but_the_key(
    page: Client, acme: Tenant, tryton: StandIn, values: dict[str, Any], said: str
) -> None:
    answer = page.post("/connections/new/", form(tryton, **values))
    assert answer.status_code == 422
    assert said in text(answer)
    assert "Acme&#x27;s ERP" in text(answer)
    assert "key-of-acme" not in text(answer)


def test_all_that_is_wrong_is_said_at_once(page: Client, acme: Tenant, tryton: StandIn) -> None:
    wrong = form(tryton, tenant="acmee", slug="Not One", address="ftp://erp", name="x" * 250, key="")
    shown = text(page.post("/connections/new/", wrong))
    for label in ("Tenant", "Short name", "Address", "Name", "User application key"):
        assert f">{label}: " in shown
    assert "is not kept" not in shown
    assert "x" * 250 in shown
    assert not Connection.objects.exists()


def test_who_may_not_add_one_is_told_who_may(page: Client, client: Client, operator: Tenant, support: User) -> None:
    assert "aiops connection add erp --tenant acme" in text(page.get("/connections/"))
    client.force_login(support)
    shown = text(client.get("/connections/"))
    assert "aiops connection add" not in shown
    assert "An engineer or an admin adds one." in shown


def test_cards_show_who_it_acts_as_and_what_waits(page: Client, connection: Connection) -> None:
    shown = text(page.get("/connections/"))
    assert "aiops" in shown
    assert "key kept" in shown
    assert "Not tested" in shown


def test_the_csv_has_no_key(page: Client, connection: Connection) -> None:
    body = b"".join(page.get("/connections/csv/")).decode()  # type: ignore[arg-type]  # it streams
    assert "erp,Acme Robotics's Tryton,tryton" in body
    assert "key-of-acme" not in body


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_these_roles_look_and_change_nothing(
    as_role: AsRole, connection: Connection, tryton: StandIn, role: Role
) -> None:
    client = as_role(role)
    assert client.get(ONE).status_code == 200
    assert client.patch(ONE, {"name": "x"}, format="json").status_code == 403
    assert client.post(f"{ONE}test/", {}, format="json").status_code == 403
    assert client.delete(ONE).status_code == 403


def test_another_tenants_connection_is_not_there(stranger: User, connection: Connection) -> None:
    theirs = APIClient()
    theirs.force_login(stranger)
    assert theirs.get(ONE).status_code == 404
    assert theirs.get(CONNECTIONS).data["results"] == []
    assert datetime.now(UTC) > connection.created_at
