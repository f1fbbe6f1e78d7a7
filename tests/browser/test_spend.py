import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.checks import LOOKS, faults
from tests.browser.conftest import Open

WEEK = "/spend/?from=now-7d/d&to=now/d"


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_manager_sees_what_was_spent_and_why(open_page: Open, world: dict[str, Any], width: int, theme: str) -> None:
    page = open_page(width=width, theme=theme, person=world["manager"])
    assert page.url.endswith("/spend/")
    page.goto(WEEK)
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    expect(page.get_by_role("img", name="Daily spend")).to_be_visible()
    expect(page.get_by_role("row", name="Answer assistant")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("navigation", name="Group by").get_by_role("link", name="Tenant").click()
    expect(page.get_by_role("row", name="Acme Robotics")).to_be_visible()
    page.get_by_role("row", name="Acme Robotics").get_by_role("link").click()
    expect(page.get_by_role("link", name="Tenant Acme Robotics remove this filter")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_chart_comes_alive_on_request(open_page: Open, world: dict[str, Any], width: int, theme: str) -> None:
    page = open_page(width=width, theme=theme, person=world["manager"])
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(WEEK)
    assert not [url for url in requests if "plotly" in url and url.endswith(".js")]
    page.get_by_role("button", name="Interactive").click()
    expect(page.locator(".js-plotly-plot .barlayer .point").first).to_be_visible()
    page.locator(".js-plotly-plot .nsewdrag").first.hover()
    expect(page.locator(".js-plotly-plot .hoverlayer")).to_contain_text("Answer assistant")
    assert faults(page) == []


def test_the_chart_goes_back_to_the_picture_and_comes_again(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["manager"])
    page.goto(WEEK)
    picture, drawn = page.get_by_role("img", name="Daily spend"), page.locator(".js-plotly-plot .barlayer .point").first
    page.get_by_role("button", name="Interactive").click()
    expect(drawn).to_be_visible()
    expect(picture).to_be_hidden()
    # The line of the week before, and its halo.
    expect(page.locator(".js-plotly-plot .scatterlayer .js-line")).to_have_count(2)
    page.get_by_role("button", name="Picture").click()
    expect(picture).to_be_visible()
    expect(drawn).to_be_hidden()
    page.get_by_role("button", name="Interactive").click()
    expect(drawn).to_be_visible()


def test_other_days_are_chosen_without_javascript(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(javascript=False, person=world["manager"])
    page.locator("summary", has_text="20").click()
    page.get_by_role("link", name="Last month").click()
    expect(page).to_have_url(re.compile("from=now-1M%2FM&to=now%2FM"))
    expect(page.get_by_role("heading", name="Spend")).to_be_visible()


def test_the_table_is_there_to_take_away(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["manager"])
    page.goto(WEEK)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "spend.csv"


def test_a_column_sorts_and_says_so(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["manager"])
    page.goto(f"{WEEK}&by=tenant")
    page.get_by_role("region", name="Spend by tenant").get_by_role("link", name="Calls", exact=True).click()
    expect(page.get_by_role("columnheader", name="Calls", exact=True)).to_have_attribute("aria-sort", "descending")
