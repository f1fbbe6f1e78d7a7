"""Who gets a version and when; releases that wait for a second person; what an environment takes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from evals.services import planning
from prompts import services
from tenants.actors import SYSTEM
from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults_on, sideways
from tests.browser.conftest import Open
from tests.factories import actor_of, make_operator, make_user
from tests.prompts.pages.factories import judge, make_version, release, served

HOME = "/prompts/support-answer/"
RELEASE = f"{HOME}release/?version=v2"
PAGES = [
    "/prompts/", HOME, RELEASE, f"{RELEASE}&percent=10", f"{RELEASE}&percent=200", f"{RELEASE}&tenant=acme",
    f"{RELEASE}&tenant=nobody", f"{RELEASE}&at=never", f"{RELEASE}&environment=staging&at=23:59",
    f"{HOME}release/?version=v1", "/planned-releases/", "/planned-releases/?only=released",
    "/prompt-environments/", "/prompt-environments/production/",
]  # fmt: skip


@pytest.fixture
def cast(world: dict[str, Any]) -> dict[str, Any]:
    """v2 is green and waits for production, where a second person approves; v3 was declined for acme."""
    now = datetime.now(UTC)
    with scope(ALL):
        operator = make_operator()
        world["ada"] = make_user("ada@operator.example", Role.ENGINEER, operator)
        world["admin"] = make_user("admin@operator.example", Role.ADMIN, operator)
        first, second = make_version(), make_version("Within 14 days.\nAsk for the order number first.")
        world["third"] = third = make_version("Within 21 days.")
        release(first, at=now)
        release(first, "staging", at=now)
        judge(second, first)
        judge(third, first)
        services.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=now)
        asker = actor_of(world["ada"])
        values: dict[str, Any] = {"environment": "production", "by": asker, "at": now}
        world["plan"] = planning.ask(
            second, note="Shorter answers, agreed with support", due_at=now + timedelta(hours=3), **values
        )
        declined = planning.ask(third, tenant=world["acme"], percent=25, note="For the pilot", **values)
        planning.decline(declined, note="Not on a Friday", by=actor_of(world["admin"]), at=now)
        world["pages"] = [*PAGES, f"/planned-releases/{world['plan'].pk}/", f"/planned-releases/{declined.pk}/"]
    return world


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_accessible_and_within_its_policy(
    open_page: Open, cast: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=cast["admin"])
    assert faults_on(page, cast["pages"]) == {}


def test_without_javascript_one_asks_and_another_approves(open_page: Open, cast: dict[str, Any]) -> None:
    with scope(ALL):
        planning.cancel(cast["plan"], by=SYSTEM, at=datetime.now(UTC))
    page = open_page(width=390, javascript=False, person=cast["ada"])
    page.goto(RELEASE)
    page.get_by_text("Add a note").click()
    page.get_by_label("Note").fill("Please look")
    page.get_by_role("button", name="One customer").tap()
    page.get_by_label("Customer").fill("robot")
    # Enter looks, and releases nothing.
    page.get_by_label("Customer").press("Enter")
    expect(page.get_by_role("heading", name="to Acme Robotics alone in production?")).to_be_visible()
    page.get_by_role("button", name="Everybody").tap()
    expect(page.get_by_label("Note")).to_have_value("Please look")
    page.get_by_role("button", name="Ask for a second person").tap()
    expect(page.get_by_text("You cannot approve it.")).to_be_visible()
    address = page.url

    page = open_page(width=390, javascript=False, person=cast["admin"])
    page.goto(address)
    page.get_by_role("button", name="Approve: Release v2 to production").tap()
    expect(page.get_by_role("status")).to_contain_text("Released")
    with scope(ALL):
        assert served() == "v2"


def test_a_released_plan_fits_the_narrowest_phone(open_page: Open, cast: dict[str, Any]) -> None:
    with scope(ALL):
        planning.approve(cast["plan"], by=actor_of(cast["admin"]), at=datetime.now(UTC))
        planning.carry_out_due(at=datetime.now(UTC) + timedelta(hours=3, minutes=1))
    page = open_page(width=320, person=cast["admin"])
    page.goto(f"/planned-releases/{cast['plan'].pk}/")
    expect(page.get_by_role("link", name="See what support-answer serves, or roll back")).to_be_visible()
    assert sideways(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_with_the_keyboard_the_focus_stays_and_nothing_is_lost(
    open_page: Open, cast: dict[str, Any], javascript: bool
) -> None:
    with scope(ALL):
        planning.cancel(cast["plan"], by=SYSTEM, at=datetime.now(UTC))
    page = open_page(javascript=javascript, person=cast["admin"])
    page.goto(f"{HOME}release/?version=v3&environment=staging")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note").fill("Typed")
    for look in ("when:later", "to:share", "percent:25"):
        pressed = page.locator(f'button[value="{look}"]')
        pressed.focus()
        page.keyboard.press("Enter")
        expect(pressed).to_have_attribute("aria-pressed", "true")
        expect(pressed).to_be_focused()
    page.get_by_label("Goes live, in UTC").fill("2099-01-01T10:00")
    page.get_by_text("Another version or environment").click()
    page.get_by_label("Environment").fill("production")
    page.get_by_label("Environment").press("Enter")
    expect(page.get_by_role("heading", name="Try support-answer v3 on 25% of people in production?")).to_be_visible()
    expect(page.get_by_role("button", name="Look at this release")).to_be_focused()
    expect(page.get_by_label("Goes live, in UTC")).to_have_value("2099-01-01T10:00")
    expect(page.get_by_label("Note")).to_have_value("Typed")


def test_one_that_somebody_went_back_over_is_not_offered_and_is_cancelled(
    open_page: Open, cast: dict[str, Any]
) -> None:
    with scope(ALL):
        now = datetime.now(UTC)
        release(cast["third"], at=now)
        services.roll_back(cast["third"].prompt, environment="production", by=SYSTEM, at=now)
    page = open_page(width=390, javascript=False, person=cast["admin"])
    page.goto("/planned-releases/?only=open")
    expect(page.get_by_text("Will not go live")).to_be_visible()
    expect(page.get_by_role("link", name="Approve…")).to_have_count(0)
    assert sideways(page) == []
    page.get_by_role("link", name="Cancel… v2 of support-answer").tap()
    page.get_by_role("button", name="Cancel: v2 does not go live").tap()
    expect(page.get_by_text("Nothing of it went live.")).to_be_visible()
