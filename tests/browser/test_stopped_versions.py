"""A version is switched off, seen to be so by whoever comes next, and turned on again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from aiops.lib import uuid7
from killswitch import scopes
from killswitch.guard import ActiveStop
from killswitch.models import Stop
from killswitch.targets import Target
from killswitch.wire import to_wire
from tenants.models import Process, Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults_on
from tests.browser.conftest import Open
from tests.factories import actor_of, make_operator, make_user
from tests.killswitch.factories import stop_at
from tests.prompts.pages.factories import judge, make_version, release

HOME = "/prompts/support-answer/"
PAGES = [
    "/prompts/", "/prompts/?only=stopped", HOME, f"{HOME}?now=production", f"{HOME}v2/", f"{HOME}release/?version=v3",
    f"{HOME}rollback/", f"{HOME}rollback/?to=v1", f"{HOME}end/?tenant=acme", f"{HOME}canary/",
]  # fmt: skip


@pytest.fixture
def cast(world: dict[str, Any]) -> dict[str, Any]:
    """v1 was live, v2 is, v3 is tried on a tenth of people and acme's own; the tests stop one or another."""
    now = datetime.now(UTC)
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        first, second = make_version(), make_version("Within 14 days.")
        for version in (first, second):
            release(version, at=now)
        third = make_version("Within 21 days.")
        release(third, percent=10, at=now)
        release(third, tenant=world["acme"], at=now)
        judge(third, second)
        world["versions"] = [first, second, third]
        Process.objects.update(config_revision=10**6)
    return world


@pytest.fixture
def stopped(cast: dict[str, Any]) -> dict[str, Any]:
    """All three, and everything, which a gateway holds by itself too."""
    with scope(ALL):
        stop_at(Target.everything(), by=actor_of(cast["support"]), at=datetime.now(UTC), mode="read_only")
        held = ActiveStop(uuid7.new(), scopes.EVERYTHING, "cost", "off")
        Process.objects.filter(name="gateway-1").update(held_stops=[to_wire(held)])
        for version in cast["versions"]:
            target = Target.prompt_version(version.pk, f"support-answer {version}")
            values = {"reason": Stop.Reason.ANSWERS, "note": "It promises dates that we do not keep"}
            stop_at(target, by=actor_of(cast["support"]), at=datetime.now(UTC), **values)
    return cast


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_says_it_accessibly(open_page: Open, stopped: dict[str, Any], width: int, theme: str) -> None:
    page = open_page(width=width, theme=theme, person=stopped["engineer"])
    assert faults_on(page, PAGES) == {}


def test_support_stops_it_the_list_shows_it_and_it_is_turned_on(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(width=390, javascript=False, person=cast["support"])
    page.goto(HOME)
    page.get_by_role("link", name="Stop this version… v2").tap()
    page.get_by_role("button", name="Turn off support-answer v2").tap()
    expect(page.get_by_role("heading", name="support-answer v2")).to_be_visible()
    page.get_by_role("link", name="Where it is served").tap()
    expect(page.get_by_text("Stopped since")).to_be_visible()

    page.goto("/prompts/")
    page.get_by_role("link", name="Stopped 1").tap()
    expect(page.get_by_role("link", name="Stopped v2 in production")).to_be_visible()
    page.get_by_role("link", name="support-answer", exact=True).tap()
    page.get_by_role("link", name="v2", exact=True).first.tap()
    expect(page.get_by_text("v2 is stopped: calls are refused with 503 kill_switch")).to_be_visible()
    page.get_by_role("link", name="Turn it on again…").tap()
    page.get_by_role("button", name="Turn support-answer v2 back on").tap()
    expect(page.get_by_role("link", name="Where it is served")).to_be_visible()
    page.goto("/prompts/")
    expect(page.get_by_text("Stopped")).to_have_count(0)


def test_what_is_off_over_a_prompt_leads_to_its_switch_with_the_keyboard_alone(
    open_page: Open, stopped: dict[str, Any]
) -> None:
    page = open_page(javascript=False, person=stopped["engineer"])
    page.goto(HOME)
    page.get_by_role("link", name="Look at this stop (AI is read only for everyone)").press("Enter")
    expect(page.get_by_role("heading", name="Everyone", exact=True)).to_be_visible()
    page.goto(HOME)
    page.get_by_role("link", name="Look at this stop (AI is off for everyone)").press("Enter")
    expect(page.get_by_text("is in force that the database does not know")).to_be_visible()
