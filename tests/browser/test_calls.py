"""From a list of calls to the one that matters, on a desk and on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from costs.models import Call
from tenants.scope import ALL, scope
from tests.browser.checks import faults
from tests.browser.conftest import Open
from tests.costs.factories import GROUNDING, make_finished, make_opened, record

LOOKS = [(width, theme) for width in (1440, 390) for theme in ("light", "dark")]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_failed_call_is_found_and_opened(open_page: Open, world: dict[str, Any], width: int, theme: str) -> None:
    page = open_page(width=width, theme=theme, person=world["support"])
    page.goto("/calls/")
    page.get_by_role("navigation", name="Show").get_by_role("link", name="Errors").click()
    expect(page.get_by_role("link", name="Outcome Provider error remove this filter")).to_be_visible()
    expect(page.locator(".calls tbody tr")).to_have_count(10)
    page.get_by_text("Filter", exact=True).click()
    assert faults(page) == []
    page.locator(".calls tbody th a").first.click()
    expect(page.get_by_role("heading", name="Call of Answer assistant")).to_be_visible()
    expect(page.get_by_role("heading", name="Attempts")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_a_grounded_call_shows_its_sources(open_page: Open, world: dict[str, Any], width: int, theme: str) -> None:
    with scope(ALL):
        call = Call.objects.order_by("-id")[0]
        opened = make_opened(tenant=call.tenant_id, feature=call.feature_id)
        record(make_finished(opened, grounding=GROUNDING), at=call.created_at)
    page = open_page(width=width, theme=theme, person=world["support"])
    page.goto(f"/calls/{opened.id}/")
    expect(page.get_by_role("row", name="refunds")).to_contain_text("cited")
    assert faults(page) == []


def test_new_calls_wait_behind_a_button(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/calls/?tenant=globex")
    expect(page.locator(".calls tbody tr")).to_have_count(20)
    with scope(ALL):
        call = Call.objects.order_by("-id").filter(tenant=world["globex"])[0]
        fresh = make_finished(make_opened(tenant=call.tenant_id, feature=call.feature_id))
        record(fresh, at=call.created_at)
    expect(page.locator(".calls tbody tr")).to_have_count(20)
    page.get_by_role("link", name="1 new").click()
    expect(page.locator(".calls tbody tr")).to_have_count(21)


def test_calls_are_filtered_without_javascript(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(javascript=False, person=world["support"])
    page.goto("/calls/")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Tenant", exact=True).select_option("globex")
    page.get_by_role("button", name="Show these calls").click()
    expect(page).to_have_url(re.compile(r"/calls/\?tenant=globex$"))
    expect(page.locator(".calls tbody tr")).to_have_count(20)
