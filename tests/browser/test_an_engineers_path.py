"""The engineer's whole path with the keyboard alone: what waits, why it passed, live, called, taken back, called."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from prompts import services as prompts
from tenants.actors import SYSTEM
from tenants.models import Process, Role
from tenants.scope import ALL, scope
from tests.browser.conftest import Open
from tests.evals.pages.factories import FIXED, PROMPT, REWORDED, compare, same
from tests.factories import PASSWORD, make_operator, make_user
from tests.gateway.processes import Served, a_gateway, serving
from tests.gateway.world import Customer, World, declare
from tests.prompts.factories import make_version

CHEERS: Final = 'End every answer with "Cheers."'
TOLD: Final = (FIXED, REWORDED, *map(same, range(30)))


@pytest.fixture
def gateways(world: dict[str, Any]) -> Iterator[list[Served]]:
    Process.objects.all().delete()
    with a_gateway("gateway-1") as first, a_gateway("gateway-2") as second:
        yield [first, second]


@pytest.fixture
def callers(world: dict[str, Any], gateways: list[Served]) -> Iterator[list[Customer]]:
    """v1 is live, v2 passed against it; one customer's application, by way of each gateway."""
    with serving("aiops.simulator", "--chunk-delay-ms", "0") as simulator:
        made = World(gateways[0], simulator, *declare(simulator))
        with scope(ALL):
            make_user("engineer@operator.example", Role.ENGINEER, make_operator())
            now = datetime.now(UTC)
            prompts.release(make_version(name=PROMPT), environment="production", by=SYSTEM, at=now)
            compare(TOLD, head=CHEERS)
        customer = made.customer()
        made.catch_up(gateways[1])
        yield [customer.at(gateway) for gateway in gateways]


def cheers(callers: list[Customer]) -> list[bool]:
    """Whether the prompt that is live, by way of each gateway, is the one that ends so."""
    body = {"prompt": {"name": PROMPT, "variables": {"question": "How do I send a parcel back?"}}}
    texts = [caller.post(body).json()["choices"][0]["message"]["content"] for caller in callers]
    return [text.endswith("Cheers.") for text in texts]


def tab_to(page: Page, role: Any, name: str) -> None:
    """As one gets there without a mouse: by Tab, from wherever one is."""
    wanted = page.get_by_role(role, name=name).first
    expect(wanted).to_be_visible()
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {role} {name}")


def press(page: Page, role: Any, name: str) -> None:
    tab_to(page, role, name)
    page.keyboard.press("Enter")


def test_from_logging_in_to_a_rollback_without_a_mouse(open_page: Open, callers: list[Customer]) -> None:
    assert cheers(callers) == [False, False]
    page = open_page()
    page.goto("/")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type("engineer@operator.example")
    tab_to(page, "textbox", "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Evals", exact=True)).to_be_visible()
    press(page, "link", PROMPT)
    expect(page.get_by_text("No worse than v1")).to_be_visible()
    # Its keys work from then on, however fast they are pressed.
    page.wait_for_load_state("load")
    for key in ("j", "v", "k", "v"):
        page.keyboard.press(key)
    expect(page.get_by_text("2 viewed of 2 cases")).to_be_visible()
    press(page, "link", "Release v2…")
    expect(page.get_by_role("heading", name=f"Release {PROMPT} v2 to production?")).to_be_visible()
    page.wait_for_timeout(450)
    press(page, "button", "Release v2 to production")
    expect(page.get_by_role("status")).to_have_text("production serves v2. 2 of 2 gateways have it in force.")
    assert cheers(callers) == [True, True]

    press(page, "link", "Roll back…")
    expect(page.get_by_role("heading", name=f"Roll {PROMPT} back to v1 in production?")).to_be_visible()
    page.wait_for_timeout(450)
    press(page, "button", "Roll back to v1")
    told = "production serves v1 again. 2 of 2 gateways have it in force."
    expect(page.get_by_role("status").get_by_text(told)).to_be_visible()
    assert cheers(callers) == [False, False]
