"""A version goes live and is taken back: with the keyboard alone, with a thumb, without JavaScript."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from prompts.models import Release
from tenants.models import Feature, Process, Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults, faults_on, sideways
from tests.browser.conftest import Open
from tests.factories import make_key, make_operator, make_user
from tests.prompts.pages.asking import HOSTILE
from tests.prompts.pages.factories import judge, make_version, record_calls, release, served

HOME = "/prompts/support-answer/"
REASON = "The provider is down, and this only fixes a typo."
TITLES = "/prompts/ticket-title/"
PAGES = [
    "/prompts/", "/prompts/?only=unreleased", "/prompts/?q=nothing", HOME, f"{HOME}?now=production", f"{HOME}?page=2",
    f"{HOME}v3/", f"{HOME}v3/?view=split", f"{HOME}v4/?against=v1&part=Settings", f"{HOME}v1/?against=v1",
    f"{HOME}release/?version=v3", f"{HOME}release/?version=v4&environment=staging", f"{HOME}release/?version=v2",
    f"{HOME}rollback/", f"{HOME}rollback/?to=v2", f"{HOME}rollback/?environment=staging", f"{HOME}v99/",
    f"{HOME}canary/", f"{HOME}end/", f"{HOME}end/?environment=nowhere", TITLES, f"{TITLES}?own=production",
    f"{TITLES}?now=production&tenant=acme", f"{TITLES}canary/", f"{TITLES}rollback/", f"{TITLES}rollback/?to=v1",
    f"{TITLES}rollback/?tenant=acme", f"{TITLES}end/?tenant=acme",
    "/parts/", "/parts/?q=nothing", "/parts/part/?path=parts/refunds.md",
]  # fmt: skip


@pytest.fixture
def cast(world: dict[str, Any]) -> dict[str, Any]:
    """v1 and then v2 went live; v3 is green, v4 is not judged, and its texts would do harm."""
    now = datetime.now(UTC)
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        answers = Feature.objects.get(slug="answers")
        first, second = make_version(feature=answers), make_version("Within 14 days.", feature=answers)
        for version in (first, second):
            release(version, at=now, note="Agreed with support")
        third = make_version("Within 21 days.\nAsk for the order number first.", temperature=0.4, feature=answers)
        make_version(
            HOSTILE, message=HOSTILE, author=HOSTILE, feature=answers, description="Answers from the help centre"
        )
        make_version(name="draft-reply")
        judge(third, second)
        titles = [make_version(f"Title {number}.", name="ticket-title", feature=answers) for number in range(3)]
        for version in titles[:2]:
            release(version, at=now)
        release(titles[2], percent=10, at=now)
        release(titles[2], tenant=world["acme"], at=now)
        record_calls(second, world["acme"].pk, answers.pk, at=now)
        make_key(world["acme"], environment="staging")
        Process.objects.update(config_revision=10**6)
    return world


def press(page: Page, role: Any, name: str) -> None:
    """With the keyboard, and seeing where one is."""
    control = page.get_by_role(role, name=name).first
    control.focus()
    expect(control).to_be_focused()
    page.keyboard.press("Enter")


def now_served() -> str:
    with scope(ALL):
        return served()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_accessible_and_within_its_policy(
    open_page: Open, cast: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=cast["engineer"])
    assert faults_on(page, PAGES) == {}


def test_a_version_goes_live_and_back_with_the_keyboard_alone(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["engineer"])
    page.goto("/prompts/")
    press(page, "link", "support-answer")
    press(page, "link", "v3")
    expect(page.get_by_text("What changed from v2")).to_be_visible()
    press(page, "link", "Release v3…")
    expect(page.get_by_role("heading", name="Release support-answer v3 to production?")).to_be_visible()
    page.wait_for_timeout(450)
    press(page, "button", "Release v3 to production")
    expect(page.get_by_role("status")).to_have_text("production serves v3. 2 of 2 gateways have it in force.")
    assert now_served() == "v3"
    assert faults(page) == []

    press(page, "link", "Roll back…")
    page.wait_for_timeout(450)
    press(page, "button", "Roll back to v2")
    expect(page.get_by_role("status")).to_contain_text("production serves v2 again.")
    assert now_served() == "v2"


def test_it_waits_for_the_gateways_by_itself(open_page: Open, cast: dict[str, Any]) -> None:
    Process.objects.filter(name="gateway-2").update(config_revision=0)
    page = open_page(person=cast["engineer"])
    page.goto(f"{HOME}?now=production")
    expect(page.get_by_role("status")).to_contain_text("1 of 2 gateways have it in force; waiting for gateway-2.")
    assert faults(page) == []
    Process.objects.update(config_revision=10**6)
    expect(page.get_by_role("status")).to_contain_text("2 of 2 gateways have it in force.")


def test_without_javascript_all_of_it_works(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(javascript=False, person=cast["engineer"])
    page.goto("/prompts/")
    page.get_by_label("Find a prompt").fill("support")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="support-answer", exact=True).click()
    page.get_by_role("link", name="v4", exact=True).click()
    page.get_by_label("Compare with").select_option("v1")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile("against=v1"))
    page.get_by_role("link", name="Side by side").click()
    expect(page.get_by_role("region", name="parts/refunds.md, side by side")).to_be_visible()
    page.get_by_role("link", name="Release v4…").click()
    page.get_by_label("Why without a green verdict?").fill(REASON)
    page.get_by_role("button", name="Release v4 to production without a green verdict").click()
    expect(page.get_by_role("status")).to_contain_text("production serves v4.")
    assert now_served() == "v4"
    page.get_by_role("link", name="Roll back…").click()
    # The page before has such a link too.
    expect(page.get_by_role("heading", name="Roll support-answer back to")).to_be_visible()
    page.get_by_role("link", name="v1", exact=True).click()
    page.get_by_role("button", name="Roll back to v1").click()
    expect(page.get_by_role("status")).to_contain_text("production serves v1 again.")
    assert now_served() == "v1"


def test_a_reason_that_is_too_short_is_told_and_kept(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(width=390, javascript=False, person=cast["engineer"])
    page.goto(f"{HOME}release/?version=v4")
    page.get_by_label("Why without a green verdict?").fill("          why")
    page.get_by_role("button", name="Release v4").click()
    expect(page.get_by_role("alert").last).to_contain_text("Say why in at least 10 characters")
    expect(page.get_by_role("alert").last).to_be_focused()
    expect(page.get_by_label("Why without a green verdict?")).to_have_value("          why")
    assert sideways(page) == []
    assert now_served() == "v2"


def test_with_forced_colours_what_is_chosen_can_be_seen(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["engineer"])
    page.emulate_media(forced_colors="active")
    page.goto("/prompts/")
    background = "element => getComputedStyle(element).backgroundColor"
    chosen = page.locator(".chip[aria-current]").evaluate(background)
    assert chosen != page.locator(".chip:not([aria-current])").first.evaluate(background)
    assert chosen == page.locator(".nav a[aria-current]").evaluate(background)


def test_who_is_slower_is_told_and_goes_on(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["engineer"])
    page.goto(f"{HOME}release/?version=v4")
    page.get_by_label("Why without a green verdict?").fill(REASON)
    with scope(ALL):
        release(make_version("Within 7 days."), at=datetime.now(UTC))
    page.wait_for_timeout(450)
    page.get_by_role("button", name="Release v4").click()
    expect(page.get_by_role("alert").last).to_contain_text("released v5 to production")
    expect(page.get_by_role("alert").last).to_be_focused()
    expect(page).to_have_title("Problem: Release support-answer v4 · AI Ops")
    assert faults(page) == []
    page.wait_for_timeout(450)
    page.get_by_role("button", name="Release v4").click()
    expect(page.get_by_role("status")).to_contain_text("production serves v4.")
    with scope(ALL):
        assert Release.objects.filter(version__number=4).count() == 1


def test_a_thumb_finds_what_has_no_room_in_the_bar(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(width=390, person=cast["engineer"])
    page.goto("/prompts/")
    bar = page.get_by_role("navigation", name="Main, compact")
    expect(bar.get_by_role("link")).to_have_count(4)
    bar.get_by_role("button", name="More").tap()
    assert faults(page) == []
    bar.get_by_role("link", name="Audit log").tap()
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()


def test_at_night_a_thumb_takes_it_back_with_two_taps(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(width=390, javascript=False, person=cast["engineer"])
    page.goto("/prompts/")
    first = page.get_by_role("link", name="Roll back… support-answer in production")
    assert (first.bounding_box() or {})["height"] >= 48
    first.tap()
    second = page.get_by_role("button", name="Roll back to v1")
    assert (second.bounding_box() or {})["height"] >= 48
    expect(second).to_be_in_viewport()
    page.wait_for_timeout(450)
    second.tap()
    expect(page.get_by_role("status")).to_contain_text("production serves v1 again.")
    assert now_served() == "v1"


def test_a_canary_is_counted_anew_where_it_stands(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["engineer"])
    page.goto(f"{TITLES}canary/")
    link = page.get_by_role("link", name="End canary…")
    link.focus()
    place = link.bounding_box()
    with page.expect_response(lambda answer: answer.url.endswith("canary/?environment=production"), timeout=20_000):
        pass
    expect(link).to_be_focused()
    assert link.bounding_box() == place
    assert faults(page) == []
    page.keyboard.press("Enter")
    page.wait_for_timeout(450)
    press(page, "button", "End the canary: everybody else gets v2")
    expect(page.get_by_role("status")).to_contain_text(
        "The canary of v3 in production has ended: everybody else gets v2."
    )
