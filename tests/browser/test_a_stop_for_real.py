"""From a tap on a phone to the next call that is refused: a real console, two real gateways, a real caller."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from playwright.sync_api import expect

from tenants.models import Process
from tests.browser.conftest import Open
from tests.gateway.processes import Served, a_gateway, serving
from tests.gateway.world import QUESTION, Customer, World, declare


@pytest.fixture
def gateways(world: dict[str, Any]) -> Iterator[list[Served]]:
    """In the place of those that the cast only writes down."""
    Process.objects.all().delete()
    with a_gateway("gateway-1") as first, a_gateway("gateway-2") as second:
        yield [first, second]


@pytest.fixture
def callers(gateways: list[Served]) -> Iterator[list[Customer]]:
    """One customer's application, by way of each gateway."""
    with serving("aiops.simulator", "--chunk-delay-ms", "0") as simulator:
        world = World(gateways[0], simulator, *declare(simulator))
        made = world.customer()
        world.catch_up(gateways[1])
        yield [made.at(gateway) for gateway in gateways]


def ask(caller: Customer) -> str:
    with caller.openai() as client:
        return str(client.chat.completions.create(model="mini", messages=QUESTION).choices[0].message.content)


def refusal_of(caller: Customer) -> tuple[int, str | None]:
    with pytest.raises(openai.InternalServerError) as caught:
        ask(caller)
    return caught.value.status_code, caught.value.type


def test_support_turns_a_tenant_off_and_no_gateway_lets_its_next_call_through(
    open_page: Open, world: dict[str, Any], callers: list[Customer]
) -> None:
    assert all(map(ask, callers))
    tenant = callers[0].tenant
    page = open_page(width=390, person=world["support"])
    page.goto(f"/switches/{tenant.slug}/off/")
    page.get_by_role("button", name=f"Turn off {tenant.name}").tap()
    expect(page.get_by_text("All 2 workers confirmed")).to_be_visible()
    assert [refusal_of(caller) for caller in callers] == [(503, "kill_switch")] * 2

    page.get_by_role("button", name="Turn back on").tap()
    expect(page.get_by_text("AI is back on")).to_be_visible()
    expect(page.get_by_text("All 2 workers confirmed")).to_be_visible()
    assert all(map(ask, callers))
