"""A session that ends in the middle of a form, as a person sees it."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults
from tests.browser.conftest import Open
from tests.factories import PASSWORD, make_operator, make_user
from tests.prompts.pages.factories import make_version, release


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_what_was_typed_is_there_after_the_login_and_sent_by_one_press(
    open_page: Open, world: dict[str, Any], width: int, theme: str
) -> None:
    with scope(ALL):
        admin = make_user("admin@operator.example", Role.ADMIN, make_operator())
    page = open_page(width=width, theme=theme, person=admin)
    page.goto("/budgets/set/")
    page.get_by_label("Dollars").fill("1,250")
    page.get_by_label("Refuse calls").check()
    page.context.clear_cookies(name="aiops_session")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_label("Email").fill(admin.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("You were logged out before this was sent; nothing was done.")
    if folder := os.environ.get("AIOPS_PICTURES_OF_RESUMING"):
        page.screenshot(path=Path(folder) / f"resume-{width}-{theme}.png", full_page=True)
    assert faults(page) == []
    page.get_by_role("button", name="Send it now").click()
    page.get_by_role("button", name="Set hard budget of $1,250").click()
    expect(page.get_by_role("status")).to_contain_text("Set: $1,250.00 a month for everything, hard.")


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_going_back_is_asked_for_in_its_own_words(
    open_page: Open, world: dict[str, Any], width: int, theme: str
) -> None:
    with scope(ALL):
        engineer = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        for version in (make_version(), make_version("Within 14 days.")):
            release(version, at=datetime.now(UTC))
    page = open_page(width=width, theme=theme, person=engineer)
    page.goto("/prompts/support-answer/rollback/")
    page.context.clear_cookies(name="aiops_session")
    page.get_by_role("button", name="Roll back to v1").click()
    expect(page.get_by_text("Nothing is rolled back yet.")).to_be_visible()
    page.get_by_label("Email").fill(engineer.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Roll support-answer back to v1 in production?")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Roll back to v1").click()
    expect(page.get_by_text("production serves v1 again.")).to_be_visible()
