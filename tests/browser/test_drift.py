"""The Drift page in a browser: what needs a look is closed with a note, on a desk and on a phone."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults, sideways
from tests.browser.conftest import Open
from tests.evals.drift.factories import DAY, Day, ask
from tests.evals.factories import make_suite
from tests.factories import make_operator, make_user
from tests.prompts.factories import make_release, make_version

DRIFT = "/drift/"
GENERATOR = random.Random(7)  # noqa: S311  # what days are like, no secret


def day(passed: float = 92, *, latency: float = 840, cost: float = 0.0041, model: str = "gpt-4o-mini") -> Day:
    return Day(
        passed=min(100, round(GENERATOR.gauss(passed, 1.2))),
        refused=max(0, round(GENERATOR.gauss(11, 0.8))),
        latency_ms=GENERATOR.gauss(latency, 55),
        cost_usd=f"{GENERATOR.gauss(cost, 0.00002):.6f}",
        model=model,
    )


@pytest.fixture
def drifting(world: dict[str, Any]) -> dict[str, Any]:
    """A suite whose pass rate fell and whose model has another name since; one that learns; one that waits."""
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        now = datetime.now(UTC)
        older, head = make_version(name="support-answer"), make_version("Be brief.", name="support-answer")
        suite = make_suite("support-answer", prompt="support-answer", cases=100)
        make_release(older)
        ask(suite, older, [day(88) for _ in range(8)], until=now - 40 * DAY)
        make_release(head)
        renamed = "gpt-4o-mini-2026-11"
        fallen = [day(84, model=renamed) for _ in range(3)]
        lost = Day(passed=20, measured=60, model="gpt-4o-mini")
        ask(suite, head, [*[day() for _ in range(33)], lost, *[day() for _ in range(3)], *fallen], until=now)
        learning = make_version(name="draft-reply")
        make_release(learning)
        ask(make_suite("draft-reply", prompt="draft-reply", cases=100), learning, [day(81) for _ in range(12)])
        make_release(make_version(name="summary"))
        make_suite("summary", prompt="summary", cases=40)
    return world


def open_numbers(page: Page, signal: str) -> None:
    """Where several suites are watched, they stand on the page of one."""
    page.get_by_role("link", name=f"Numbers of {signal}").first.click()
    page.locator("summary", has_text=f"Numbers of {signal}").click()
    expect(page.get_by_role("region", name=f"{signal}, the newest canaries").first).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_it_is_accessible_and_within_its_policy(
    open_page: Open, drifting: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=drifting["engineer"])
    page.goto(DRIFT)
    expect(page.get_by_role("img", name="Pass rate").first).to_be_visible()
    assert faults(page) == []
    open_numbers(page, "Pass rate")
    assert faults(page) == []
    page.get_by_role("link", name="Close alarm…").first.click()
    expect(page.get_by_label("What you found")).to_be_visible()
    assert faults(page) == []


def test_nothing_scrolls_sideways_on_the_narrowest_phone(open_page: Open, drifting: dict[str, Any]) -> None:
    page = open_page(width=320, person=drifting["engineer"])
    page.goto(DRIFT)
    assert page.locator("*").count() <= 1500
    open_numbers(page, "Returned model")
    assert sideways(page) == []


def test_an_alarm_is_closed_without_javascript(open_page: Open, drifting: dict[str, Any]) -> None:
    page = open_page(javascript=False, person=drifting["engineer"])
    page.goto(DRIFT)
    page.get_by_role("link", name="Pass rate went down").click()
    page.get_by_label("What you found").fill("The provider changed the model.")
    page.get_by_role("button", name="Close alarm").click()
    expect(page.get_by_role("status")).to_contain_text("Closed: Pass rate of support-answer.")
    expect(page.get_by_role("heading", name="Needs a look · 1")).to_be_visible()
