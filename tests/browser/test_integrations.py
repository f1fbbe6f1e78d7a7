"""Connections and the ledger, as people use them."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from integrations import services
from integrations.models import Connection, LedgerEntry
from tenants.actors import SYSTEM
from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults, faults_on, sideways
from tests.browser.conftest import Open
from tests.factories import make_operator, make_user
from tests.integrations.factories import make_connection, make_waiting, write
from tests.integrations.stand_in import StandIn, serving

SALE: dict[str, Any] = {
    "party": "C-001",
    "description": "Ordered in the chat",
    "lines": [
        {"product": "ARM", "quantity": 2, "unit_price": "1280.00"},
        {"description": "Delivery, next day", "quantity": 1, "unit_price": "18.00"},
    ],
}


@pytest.fixture
def tryton() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def ledger(world: dict[str, Any], tryton: StandIn) -> dict[str, Any]:
    """A connection that answers and one that does not; writes that wait, were made, taken back, and failed."""
    acme, globex = world["acme"], world["globex"]
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        connection = make_connection(acme, tryton.url, name="Acme's ERP", writes="allow")
        broken = make_connection(globex, "http://127.0.0.1:1", name="Globex ERP", acts_as="ai-agent")
    done = write(acme, input=SALE, key="1", feature=None)
    undone = write(acme, key="2")
    services.undo(undone, note="wrong party", by=SYSTEM, at=undone.asked_at)
    tryton.faults.append("500 before")
    failed = write(acme, key="3")
    write(acme, key="4", dry_run=True)
    for each in (connection, broken):
        services.test(each, by=SYSTEM, clock=lambda: undone.asked_at)
    with scope(ALL):
        Connection.objects.filter(pk=connection.pk).update(writes="approve")
        make_waiting(broken)
    waiting = write(acme, input=SALE, key="5", user="kim@acme.example", prompt_version="v3")
    return {**world, "waiting": waiting, "done": done, "failed": failed, "undone": undone}


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_pages_are_accessible_and_as_wide_as_the_screen(
    open_page: Open, ledger: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=ledger["engineer"])
    entries = [f"/writes/{ledger[name].id}/" for name in ("waiting", "done", "undone", "failed")]
    paths = ["/connections/", "/connections/new/", "/connections/acme/erp/", "/writes/", *entries]
    assert faults_on(page, paths) == {}


@pytest.mark.parametrize("width", [1440, 320])
def test_a_long_name_without_a_space_widens_no_page(open_page: Open, ledger: dict[str, Any], width: int) -> None:
    with scope(ALL):
        Connection.objects.update(name="x" * 200, acts_as="y" * 200, health_says="z" * 200)
    page = open_page(width=width, person=ledger["engineer"])
    paths = ["/connections/", "/connections/acme/erp/", "/writes/", f"/writes/{ledger['waiting'].id}/"]
    found = {path: sideways(page) for path in paths if page.goto(path)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_write_is_approved_from_a_phone_and_undone(
    open_page: Open, ledger: dict[str, Any], tryton: StandIn, javascript: bool
) -> None:
    page = open_page(width=390, person=ledger["support"], javascript=javascript)
    page.goto("/writes/")
    page.get_by_role("link", name="Draft a sale").last.scroll_into_view_if_needed()
    page.goto(f"/writes/{ledger['waiting'].id}/")
    page.get_by_label("Note (may be empty)").fill("called the customer")
    page.get_by_role("button", name="Approve: write it to Acme's ERP").click()
    expect(page.get_by_role("status")).to_contain_text("Done.")
    expect(page.get_by_text("“called the customer”")).to_be_visible()
    page.get_by_role("button", name="Undo this write").click()
    expect(page.get_by_role("heading", name="Cancel a sale")).to_be_visible()
    assert entry(ledger["waiting"]).state == "undone"


def test_whoever_comes_second_sees_who_was_first(open_page: Open, ledger: dict[str, Any]) -> None:
    first, second = open_page(person=ledger["support"]), open_page(person=ledger["colleague"])
    for page in (first, second):
        page.goto(f"/writes/{ledger['waiting'].id}/")
    second.get_by_label("Note (may be empty)").fill("mine")
    first.get_by_role("button", name="Decline").click()
    expect(first.get_by_role("status")).to_contain_text("A person declined it")
    second.get_by_role("button", name="Approve: write it to Acme's ERP").click()
    expect(second.get_by_role("alert")).to_contain_text("support@operator.example declined this write at")
    assert faults(second) == []


def test_a_connection_is_tested_from_its_card(open_page: Open, ledger: dict[str, Any]) -> None:
    page = open_page(person=ledger["engineer"])
    page.goto("/connections/")
    page.get_by_role("button", name="Test Globex ERP").click()
    expect(page.locator(".said").filter(has_text="cannot be reached").first).to_be_visible()
    page.get_by_role("button", name="Test Acme's ERP").click()
    expect(page.locator(".said").filter(has_text="Tryton answers as aiops").first).to_be_visible()


def entry(of: LedgerEntry) -> LedgerEntry:
    with scope(ALL):
        return LedgerEntry.objects.get(pk=of.pk)
