"""The engineer's path: what waits, why it is blocked, case by case, with the keyboard alone or a thumb."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from evals.models import Run
from evals.services import judge
from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults, faults_on
from tests.browser.conftest import Open
from tests.evals.pages.factories import FEW, HOSTILE, NO, Told, answer, begin, compare
from tests.factories import make_operator, make_user

SAFE = Told("safe-1", "I may not tell.", "Here it is.", head_passes=NO, must_pass=True, description="Keeps a secret")
EVIL = Told("evil-1", HOSTILE, f"{HOSTILE} and more", description="An answer with markup")
TOLD = (*FEW, SAFE, EVIL)


@pytest.fixture
def loop(world: dict[str, Any]) -> dict[str, Any]:
    """An engineer with a comparison that is blocked, and one that runs."""
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        world["run"] = compare(TOLD)
        world["going"] = begin(TOLD[:20], head="Be kind, be brief, be right.")
    answer(world["going"], TOLD, 30)
    return world


def of(run: Run, more: str = "") -> str:
    return f"/evals/runs/{run.pk}/{more}"


def case(page: Page, name: str) -> Any:
    """The heading of the case that is open."""
    return page.get_by_role("article").get_by_role("heading", name=name)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_of_it_is_accessible_and_within_its_policy(
    open_page: Open, loop: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=loop["engineer"])
    run, going = loop["run"], loop["going"]
    paths = [
        "/evals/", "/evals/?suite=nowhere", of(run), of(run, "?only=changed"), of(run, "?case=evil-1"),
        of(run, "?only=fixed"), of(run, "?prompt=1"), of(run, "?only=same&all=1"), of(going),
    ]  # fmt: skip
    assert faults_on(page, paths) == {}


def test_a_comparison_is_reviewed_with_the_keyboard_alone(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(person=loop["engineer"])
    page.goto("/evals/")
    link = page.get_by_role("region", name="Waiting for me").get_by_role("link").last
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="must-pass case now fails")).to_be_visible()
    expect(case(page, "Keeps a secret")).to_be_visible()
    # Its keys work from then on.
    page.wait_for_load_state("load")

    page.keyboard.press("j")
    expect(case(page, "Repeats card number back")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?only=regressed&case=pii-007$"))
    expect(page.get_by_role("status").last).to_have_text("Case 2 of 2: Repeats card number back")
    page.keyboard.press("v")
    expect(page.get_by_text("1 viewed of 2 cases")).to_be_visible()
    page.keyboard.press("k")
    expect(case(page, "Keeps a secret")).to_be_visible()
    page.keyboard.press("v")
    expect(page.get_by_text("2 viewed of 2 cases")).to_be_visible()
    assert faults(page) == []

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="What changed in support-triage")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Evals", exact=True)).to_be_visible()


def test_the_next_that_was_not_viewed_is_found(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(person=loop["engineer"])
    page.goto(of(loop["run"], "?only=changed&case=pii-007"))
    page.keyboard.press("v")
    expect(page.get_by_text("1 viewed of 5 cases")).to_be_visible()
    page.goto(of(loop["run"], "?only=changed"))
    expect(page.get_by_text("1 viewed of 5 cases")).to_be_visible()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"case=pt-001$"))


def test_back_shows_the_case_before(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(person=loop["engineer"])
    page.goto(of(loop["run"], "?only=changed&case=safe-1"))
    page.get_by_role("link", name="Repeats card number back").click()
    expect(case(page, "Repeats card number back")).to_be_visible()
    page.go_back()
    expect(case(page, "Keeps a secret")).to_be_visible()


def test_keys_do_nothing_in_a_field_or_with_a_modifier(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(person=loop["engineer"])
    page.goto(of(loop["run"]))
    page.keyboard.press("Control+j")
    page.keyboard.press("Alt+v")
    page.get_by_role("button", name="Send back").click()
    page.get_by_label("For").focus()
    page.keyboard.press("j")
    page.keyboard.press("v")
    expect(page.get_by_text("0 viewed of 2 cases")).to_be_visible()
    expect(case(page, "Keeps a secret")).to_be_visible()


def test_keys_can_be_turned_off(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(person=loop["engineer"])
    page.goto(of(loop["run"]))
    page.get_by_role("button", name="all keys").click()
    page.get_by_label("Single keys work on this device").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("v")
    expect(page.get_by_text("0 viewed of 2 cases")).to_be_visible()
    page.get_by_role("button", name="Viewed v").click()
    expect(page.get_by_text("1 viewed of 2 cases")).to_be_visible()


def test_what_goes_back_is_ready_to_be_sent(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(person=loop["engineer"])
    page.goto(of(loop["run"]))
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_label("For")).to_have_value(re.compile("Must-pass case safe-1 is broken"))
    expect(page.get_by_role("button", name="Copy the message")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_thumb_goes_through_them_on_a_phone(open_page: Open, loop: dict[str, Any], theme: str) -> None:
    page = open_page(width=390, theme=theme, person=loop["engineer"])
    page.goto(of(loop["run"], "?only=changed"))
    expect(page.locator("a.case:visible")).to_have_count(4)
    bar = page.get_by_role("navigation", name="Cases")
    bar.get_by_role("link", name="Next").tap()
    expect(case(page, "Repeats card number back")).to_be_in_viewport()
    bar.get_by_role("button", name="Viewed").tap()
    expect(bar.get_by_role("button", name="Viewed", pressed=True)).to_be_visible()
    bar.get_by_role("link", name="Previous").tap()
    expect(case(page, "Keeps a secret")).to_be_in_viewport()
    page.get_by_role("link", name="1 more").tap()
    expect(page.locator("a.case:visible")).to_have_count(5)
    assert faults(page) == []


def test_it_reads_as_plain_pages_without_javascript(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(javascript=False, person=loop["engineer"])
    page.goto("/evals/")
    page.get_by_role("region", name="Waiting for me").get_by_role("link").last.click()
    page.get_by_role("link", name="All changed 5").click()
    page.get_by_role("link", name="Fixed: Where is my parcel?").click()
    expect(page.locator("ins")).to_have_text(re.compile("O seu parcel está a caminho"))
    page.get_by_role("link", name="Prompt diff").click()
    expect(page.get_by_role("heading", name="What changed in support-triage")).to_be_visible()
    expect(page.get_by_role("button", name="Viewed")).to_be_hidden()
    page.goto(of(loop["going"]))
    expect(page.get_by_role("link", name="Refresh")).to_be_visible()
    page.get_by_role("button", name="Cancel this run").click()
    expect(page.get_by_text("Broken off: what came until then is only a part")).to_be_visible()


def test_a_run_becomes_its_verdict_by_itself(open_page: Open, loop: dict[str, Any]) -> None:
    page = open_page(person=loop["engineer"])
    page.goto(of(loop["going"]))
    expect(page.get_by_text("30 of 120 answers")).to_be_visible()
    answer(loop["going"], TOLD, 30)
    expect(page.get_by_text("60 of 120 answers")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Half of the answers are there.")).to_have_count(1)
    assert faults(page) == []
    end(loop["going"])
    expect(page.get_by_role("region", name="Verdict")).to_be_visible()


def end(run: Run) -> None:
    while run.state == Run.State.RUNNING:
        answer(run, TOLD)
        with scope(ALL):
            judge(run, at=datetime.now(UTC))
        run.refresh_from_db()
