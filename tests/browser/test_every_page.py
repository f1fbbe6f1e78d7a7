import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.checks import LOOKS, faults, faults_on, sideways_on
from tests.browser.conftest import Open
from tests.browser.test_switches import turn_off
from tests.factories import PASSWORD

PAGES = [
    "/switches/", "/switches/?q=nothing", "/switches/acme/", "/switches/globex/", "/switches/globex/off/",
    "/switches/globex/off/?choose", "/switches/acme/off/", "/switches/acme/on/", "/switches/~notices/",
    "/switches/globex/plan/?at=18:00&to=20:00",
    "/switches/globex/off/?reason=legal&mode=handoff&note=seen", "/switches/globex/~user/jane/off/",
    "/switches/~other/", "/switches/~other/?q=nothing", "/switches/~everyone/", "/switches/~everyone/off/",
    "/switches/~feature/answers/", "/switches/~feature/answers/off/", "/spend/", "/spend/?by=model",
    "/spend/?from=wrong", "/calls/", "/calls/?user=nobody",
    "/calls/?tenant=acme&outcome=ok&outcome=stopped&model=gpt-test", "/calls/?outcome=fine",
    "/calls/?facets=yes&sort=cost", "/audit/",
    "/audit/?tenant=acme", "/audit/verify/", "/account/", "/account/password/", "/budgets/", "/budgets/?q=nothing",
    "/connections/", "/connections/?q=nothing", "/writes/", "/writes/?state=done", "/evals/", "/drift/", "/confidence/",
    "/confidence/answers/", "/confidence/answers/settings/", "/confidence/answers/?target=much", "/prompts/",
    "/prompts/?q=nothing", "/parts/", "/readiness/", "/readiness/answers/", "/readiness/answers/?show=all",
    "/readiness/answers/8/", "/switches/~proof/", "/nowhere/", "/switches/~rules/", "/switches/~rules/model-fails/",
    "/chains/", "/calls/?hop=bored", "/calls/?user=a%00b",
]  # fmt: skip


# So many pages: how long they take says how busy the machine is.
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_accessible_and_within_its_policy(
    open_page: Open, world: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=world["support"])
    turn_off(page)
    expect(page.get_by_role("status")).to_contain_text("AI is off for Acme Robotics.")
    # From then on it stays as it is: colours that change while they are looked at are taken for wrong ones.
    expect(page.get_by_role("alert")).to_contain_text("Not confirmed")
    assert faults_on(page, PAGES) == {}


def test_no_page_scrolls_sideways(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["support"])
    assert sideways_on(page, PAGES) == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_so_is_the_way_in(open_page: Open, world: dict[str, Any], theme: str) -> None:
    page = open_page(width=390, theme=theme)
    page.goto("/switches/acme/off/?reason=cost")
    assert faults(page) == []
    page.get_by_label("Email").fill(world["support"].email)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    assert faults(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Cost")).to_be_checked()


def test_pages_bring_little_script_and_style(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: int(answer.headers.get("content-length", "0"))}))
    page.goto("/switches/")
    page.wait_for_load_state("networkidle")
    assert sum(size for url, size in sizes.items() if url.endswith(".js")) <= 25_000
    assert sum(size for url, size in sizes.items() if url.endswith(".css")) <= 12_000


def test_chosen_colours_win_over_the_devices(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(theme="light", person=world["support"])
    page.goto("/account/")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save colours").click()
    expect(page.locator("html")).to_have_css("background-color", "rgb(14, 16, 18)")


def test_times_are_shown_in_the_readers_own(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/audit/")
    first = page.locator("time").first
    expect(first).to_have_attribute("title", re.compile(r" UTC$"))
    expect(first).not_to_contain_text("UTC")
