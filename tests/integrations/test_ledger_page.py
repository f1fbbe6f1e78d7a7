"""The ledger as a page: what waits first, filters, the CSV, and what one write tells."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from costs.models import EndUser
from integrations.models import Connection
from tenants.models import Feature, Role, Tenant, User
from tests.factories import make_user
from tests.integrations.asking import logged_in, text
from tests.integrations.factories import make_connection, make_waiting, write
from tests.integrations.stand_in import StandIn


@pytest.fixture
def page(support: User) -> Client:
    return logged_in(support)


def test_what_waits_comes_first_however_old(page: Client, acme: Tenant, connection: Connection) -> None:
    waiting = write(acme, key="old")
    tried = write(acme, key="new", dry_run=True)
    shown = text(page.get("/writes/"))
    assert shown.index(str(waiting.id)) < shown.index(str(tried.id))
    assert "Waiting for a decision · 1" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=waiting", {"acme", "globex"}),
        ("?tenant=globex", {"globex"}),
        ("?state=done", set()),
        ("?action=tryton.cancel_sale", set()),
    ],
)
def test_filters_are_in_the_address(
    page: Client, acme: Tenant, globex: Tenant, tryton: StandIn, query: str, found: set[str]
) -> None:
    ids = {tenant.slug: make_waiting(make_connection(tenant, tryton.url)).id for tenant in (acme, globex)}
    shown = text(page.get(f"/writes/{query}"))
    assert {slug for slug, id in ids.items() if str(id) in shown} == found


@pytest.mark.parametrize("path", ["/writes/", "/writes/csv/"])
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("state=zzz", "it can be planned, waiting, sending, done, failed, unknown, declined, undone"),
        ("action=zzz", "it can be tryton.draft_sale"),
        ("cursor=zzz", "there are tenant, state, action, before"),
    ],
)
def test_a_filter_that_cannot_be_is_told(page: Client, path: str, query: str, told: str) -> None:
    answer = page.get(f"{path}?{query}")
    assert (answer.status_code, told in text(answer)) == (422, True)


def test_a_place_in_the_list_that_cannot_be_is_told(page: Client) -> None:
    answer = page.get("/writes/?before=zzz")
    assert (answer.status_code, "it can be the id of a write" in text(answer)) == (422, True)


def test_the_csv_has_what_is_filtered(page: Client, acme: Tenant, connection: Connection) -> None:
    entry = write(acme)
    body = b"".join(page.get("/writes/csv/?state=waiting")).decode()  # type: ignore[arg-type]  # it streams
    assert f",{entry.id},acme,erp,tryton.draft_sale,waiting,C-001 Northwind Traders" in body
    assert str(entry.id) not in b"".join(page.get("/writes/csv/?state=done")).decode()  # type: ignore[arg-type]


def test_a_write_tells_who_asked_and_what_it_changes(
    page: Client, acme: Tenant, connection: Connection, answers: Feature
) -> None:
    call = uuid4()
    entry = write(acme, feature=answers, user="kim@acme.example", call_id=call, prompt_version="v3")
    shown = text(page.get(f"/writes/{entry.id}/"))
    wanted = ["Answer assistant", "kim@acme.example", str(call), "v3", "C-001 Northwind Traders", "Robot arm"]
    assert [each for each in wanted if each not in shown] == []


def test_a_forgotten_person_is_named_no_more(page: Client, acme: Tenant, connection: Connection) -> None:
    entry = write(acme, user="kim@acme.example")
    EndUser.objects.of(acme).delete()
    shown = text(page.get(f"/writes/{entry.id}/"))
    assert "kim@acme.example" not in shown
    assert "forgotten" in shown


def test_what_somebody_wrote_is_text_and_no_markup(page: Client, connection: Connection) -> None:
    entry = make_waiting(connection, "<script>alert(1)</script>\u202e")
    shown = text(page.get(f"/writes/{entry.id}/"))
    assert "<script>alert" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_looking_is_all_that_this_address_does(page: Client, connection: Connection, method: str) -> None:
    entry = make_waiting(connection)
    assert getattr(page, method)(f"/writes/{entry.id}/").status_code == 405


def test_a_tenants_own_admin_sees_its_own(acme: Tenant, globex: Tenant, tryton: StandIn) -> None:
    ours = make_waiting(make_connection(acme, tryton.url))
    theirs = make_waiting(make_connection(globex, tryton.url))
    shown = text(logged_in(make_user("boss@acme.example", Role.TENANT_ADMIN, acme)).get("/writes/"))
    assert (str(ours.id) in shown, str(theirs.id) in shown) == (True, False)


def test_a_viewer_is_not_let_in(viewer: User, connection: Connection) -> None:
    entry: Any = make_waiting(connection)
    theirs = logged_in(viewer)
    assert [theirs.get(path).status_code for path in ("/writes/", f"/writes/{entry.id}/", "/connections/")] == [403] * 3


def test_a_call_is_a_link_once_its_page_is_there(page: Client, acme: Tenant, connection: Connection) -> None:
    assert page.get(f"/writes/{write(acme, call_id=uuid4()).id}/").status_code == 200
