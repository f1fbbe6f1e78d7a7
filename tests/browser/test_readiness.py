"""Readiness in a browser: two people bring an item over, on a desk and on a phone, with and without scripts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from gateway.models import Provider
from readiness import services
from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults
from tests.browser.conftest import Open
from tests.factories import make_operator, make_user

ITEMS = "/readiness/answers/"


@pytest.fixture
def cast(world: dict[str, Any]) -> dict[str, Any]:
    """A second who may agree; a provider; a history of two states."""
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        Provider.objects.create(slug="openai", name="OpenAI", base_url="https://x.example/v1")
        now = datetime.now(UTC)
        services.record_states(at=now - timedelta(days=5))
        services.verify_chains(at=now)
        services.record_states(at=now)
    return world


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_its_pages_are_accessible_and_within_their_policy(
    open_page: Open, cast: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=cast["manager"])
    for address in ("/readiness/", ITEMS, f"{ITEMS}?show=all", f"{ITEMS}23/", f"{ITEMS}16/"):
        page.goto(address)
        assert (address, faults(page)) == (address, [])
    page.goto(f"{ITEMS}14/")
    page.get_by_text("Ask for an exception").first.click()
    assert faults(page) == []


@pytest.mark.parametrize(("width", "javascript"), [(1440, True), (390, False)])
def test_one_asks_and_another_agrees(open_page: Open, cast: dict[str, Any], width: int, javascript: bool) -> None:
    page = open_page(width=width, person=cast["engineer"], javascript=javascript)
    page.goto(f"{ITEMS}14/")
    page.get_by_text("Ask for an exception", exact=True).click()
    page.get_by_label("Not applicable").check()
    page.get_by_label("Why").fill("This feature only reads: it changes nothing anywhere.")
    page.get_by_role("button", name="Ask for an exception to item 14").click()
    expect(page.get_by_text("A second person has to agree")).to_be_visible()
    expect(page.get_by_role("button", name="Agree")).to_have_count(0)
    second = open_page(width=width, person=cast["manager"], javascript=javascript)
    second.goto(ITEMS)
    expect(second.get_by_text("It waits for a second person.")).to_be_visible()
    second.goto(f"{ITEMS}14/")
    second.get_by_role("button", name="Agree: item 14 is not applicable").click()
    expect(second.get_by_role("status")).to_contain_text("Agreed")


def test_a_manager_attests_with_what_was_missing_said_first(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["manager"])
    page.goto(f"{ITEMS}23/")
    page.get_by_label("Address of the document").fill("https://legal.operator.example/dpa")
    page.get_by_label("What it shows").fill("Signed by both sides in March.")
    page.get_by_role("button", name="Attest item 23").click()
    expect(page.get_by_role("alert").filter(has_text="Nothing was changed.")).to_be_visible()
    expect(page.get_by_label("What it shows")).to_have_value("Signed by both sides in March.")
    assert faults(page) == []
    page.get_by_label("openai").check()
    page.get_by_role("button", name="Attest item 23").click()
    expect(page.get_by_role("status")).to_contain_text("Attested: item 23")
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
