import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from killswitch.models import Stop
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults
from tests.browser.conftest import Open, confirm


def in_force(tenant: Tenant) -> list[Stop]:
    with scope(ALL):
        return list(Stop.objects.active().of(tenant))


def turn_off(page: Page, name: str = "Acme Robotics") -> None:
    page.get_by_role("link", name=f"Turn off {name}").click()
    page.get_by_role("button", name=f"Turn off {name}").click()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_support_turns_a_tenant_off_and_on_again(
    open_page: Open, world: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=world["support"])
    assert page.url.endswith("/switches/")
    first = page.get_by_role("list", name="Needs a look").get_by_role("listitem").first
    expect(first).to_contain_text("Acme Robotics")
    expect(first).to_contain_text("errors")
    assert faults(page) == []

    page.get_by_role("link", name="Turn off Acme Robotics").click()
    expect(page.get_by_role("heading", name="Turn off AI for Acme Robotics?")).to_be_focused()
    assert faults(page) == []

    page.get_by_role("button", name="Turn off Acme Robotics").click()
    expect(page.get_by_role("status")).to_contain_text("AI is off for Acme Robotics.")
    expect(page.get_by_role("status")).to_contain_text("0 of 2 workers confirmed so far")
    confirm("gateway-1")
    expect(page.get_by_role("status")).to_contain_text("1 of 2 workers confirmed so far")
    confirm()
    expect(page.get_by_role("status")).to_contain_text("All 2 workers confirmed")
    assert faults(page) == []
    assert [stop.reason for stop in in_force(world["acme"])] == ["looking"]

    page.get_by_role("button", name="Turn back on").click()
    expect(page.get_by_role("status")).to_contain_text("AI is back on for Acme Robotics.")
    assert faults(page) == []
    assert in_force(world["acme"]) == []


def test_two_taps_and_nothing_typed(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["support"])
    page.get_by_role("link", name="Turn off Acme Robotics").tap()
    page.get_by_role("button", name="Turn off Acme Robotics").tap()
    expect(page.get_by_role("status")).to_contain_text("AI is off for Acme Robotics.")


def test_it_all_works_without_javascript(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, javascript=False, person=world["support"])
    page.get_by_label("Find a tenant").fill("globex")
    page.get_by_role("button", name="Find").click()
    turn_off(page, "Globex Shipping")
    expect(page.get_by_role("status")).to_contain_text("AI is off for Globex Shipping.")
    page.get_by_role("link", name="Refresh").click()
    confirm()
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("All 2 workers confirmed")
    page.get_by_role("button", name="Turn back on").click()
    expect(page.get_by_role("status")).to_contain_text("AI is back on for Globex Shipping.")
    assert in_force(world["globex"]) == []


def test_one_feature_is_turned_off_from_the_sheet(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.get_by_role("link", name="Turn off Acme Robotics").click()
    page.get_by_role("link", name="Choose features").click()
    page.get_by_label("Draft replies").check()
    page.get_by_role("button", name="Turn off chosen features for Acme Robotics").click()
    expect(page.get_by_role("status")).to_contain_text("Draft replies of Acme Robotics is off.")
    assert [stop.feature and stop.feature.slug for stop in in_force(world["acme"])] == ["drafts"]


def test_what_was_chosen_survives_a_refusal(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/switches/acme/off/?choose")
    page.get_by_label("Data or privacy").check()
    expect(page.get_by_text("You can turn it back on at any time")).to_be_hidden()
    page.get_by_text("Add a note").click()
    page.get_by_label("Note").fill("seen by a customer")
    page.get_by_role("button", name="Turn off chosen features for Acme Robotics").click()
    expect(page.get_by_role("alert")).to_contain_text("Not turned off yet.")
    expect(page.get_by_label("Data or privacy")).to_be_checked()
    expect(page.get_by_label("Note")).to_have_value("seen by a customer")
    assert faults(page) == []


@pytest.mark.parametrize(("javascript", "dropped"), [(True, 0), (False, 1)])
def test_a_careful_reason_takes_the_end_back(
    open_page: Open, world: dict[str, Any], javascript: bool, dropped: int
) -> None:
    page = open_page(width=390, javascript=javascript, person=world["support"])
    page.goto("/switches/acme/off/?reason=cost&until=4h")
    expect(page.get_by_label("4 hours")).to_be_checked()
    page.get_by_label("Data or privacy").check()
    expect(page.get_by_label("4 hours")).to_be_hidden()
    page.get_by_role("button", name="Turn off Acme Robotics").click()
    expect(page.get_by_text("AI is off for Acme Robotics.")).to_be_visible()
    expect(page.get_by_text("“4 hours” was dropped")).to_have_count(dropped)


def test_where_nothing_is_chosen_the_button_does_not_look_live(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, javascript=False, person=world["support"])
    page.goto("/switches/acme/off/?choose")
    button = page.get_by_role("button", name="Turn off chosen features")
    before = button.evaluate("each => getComputedStyle(each).backgroundColor")
    page.get_by_label("Draft replies").check()
    assert button.evaluate("each => getComputedStyle(each).backgroundColor") != before


def test_the_sheet_of_a_phone_leaves_some_of_the_list_in_sight(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["support"])
    page.goto("/switches/")
    page.get_by_role("link", name="Turn off Acme Robotics").click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("button", name="Turn off Acme Robotics")).to_be_in_viewport()
    box = sheet.bounding_box()
    assert box
    assert page.viewport_size
    assert box["y"] >= page.viewport_size["height"] / 5


@pytest.mark.parametrize("width", [390, 320])
def test_the_tab_that_one_is_on_is_in_sight(open_page: Open, world: dict[str, Any], width: int) -> None:
    page = open_page(width=width, person=world["support"])
    page.goto("/switches/~notices/")
    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)


def test_a_colleagues_change_in_between_is_told(open_page: Open, world: dict[str, Any]) -> None:
    mine, theirs = open_page(person=world["support"]), open_page(person=world["colleague"])
    mine.goto("/switches/acme/off/")
    theirs.goto("/switches/acme/off/?reason=cost")
    theirs.get_by_role("button", name="Turn off Acme Robotics").click()
    expect(theirs.get_by_role("status")).to_contain_text("AI is off for Acme Robotics.")
    mine.get_by_role("button", name="Turn off Acme Robotics").click()
    expect(mine.get_by_role("alert")).to_contain_text("colleague@operator.example turned off Acme Robotics")
    assert faults(mine) == []
    mine.get_by_role("button", name="Add your reason").click()
    expect(mine.get_by_role("status")).to_contain_text("AI is off for Acme Robotics.")


def test_a_colleagues_fresh_stop_asks_before_it_is_lifted(open_page: Open, world: dict[str, Any]) -> None:
    theirs = open_page(person=world["colleague"])
    turn_off(theirs)
    expect(theirs.get_by_role("status")).to_contain_text("AI is off for Acme Robotics.")
    page = open_page(width=390, person=world["support"])
    page.get_by_role("button", name="Turn on Acme Robotics").click()
    expect(page.get_by_role("heading", name="Turn Acme Robotics back on?")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Turn Acme Robotics back on").click()
    expect(page.get_by_role("status")).to_contain_text("AI is back on for Acme Robotics.")


@pytest.mark.parametrize("width", [1440, 390])
def test_escape_closes_the_sheet_and_focus_goes_back(open_page: Open, world: dict[str, Any], width: int) -> None:
    page = open_page(width=width, person=world["support"])
    opener = page.get_by_role("link", name="Turn off Acme Robotics")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_second_tap_of_a_double_tap_confirms_nothing(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["support"])
    page.get_by_role("link", name="Turn off Acme Robotics").click()
    page.get_by_role("dialog").wait_for()
    page.evaluate("document.querySelector('#sheet form').requestSubmit()")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert in_force(world["acme"]) == []


def test_a_list_narrows_while_one_types_and_back_undoes_it(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    expect(page.get_by_label("Find a tenant")).to_be_focused()
    page.keyboard.type("globex")
    expect(page.get_by_role("link", name="Acme Robotics", exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="Globex Shipping", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=globex$"))
    assert faults(page) == []
    page.get_by_role("link", name="Turn off Globex Shipping").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.go_back()
    expect(page.get_by_role("link", name="Acme Robotics", exact=True)).to_be_visible()


def test_back_never_shows_a_switch_as_it_was(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    turn_off(page)
    expect(page.get_by_role("status")).to_contain_text("AI is off for Acme Robotics.")
    page.go_back()
    expect(page.get_by_role("button", name="Turn on Acme Robotics")).to_be_visible()


def test_a_slash_goes_to_the_search(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["support"])
    expect(page.get_by_label("Find a tenant")).not_to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Find a tenant")).to_be_focused()


def test_a_console_that_does_not_answer_is_said(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.route("**/proof/", lambda route: route.abort())
    turn_off(page)
    expect(page.get_by_text("The console does not answer.")).to_be_visible()
    page.unroute("**/proof/")
    expect(page.get_by_text("The console does not answer.")).to_be_hidden()


def test_a_tenant_is_reached_from_anywhere(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/account/")
    page.keyboard.press("Control+k")
    page.keyboard.type("globex")
    expect(page.get_by_role("link", name="Turn off Globex Shipping…")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Globex Shipping")).to_be_visible()


def test_a_sheet_that_cannot_load_becomes_a_page(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.route("**/off/", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_())
    page.get_by_role("link", name="Turn off Acme Robotics").click()
    page.wait_for_url("**/switches/acme/off/")
    expect(page.get_by_role("heading", name="Turn off AI for Acme Robotics?")).to_be_visible()


def test_everyone_is_stopped_on_a_page_of_its_own_without_javascript(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, javascript=False, person=world["support"])
    page.get_by_role("link", name="Stop everything…").click()
    page.get_by_role("checkbox", name="2 tenants lose AI").check()
    page.get_by_role("button", name="Stop AI for everyone").click()
    expect(page.get_by_role("status")).to_contain_text("AI is off for everyone.")
    page.goto("/switches/")
    expect(page.get_by_text("AI is off for everyone").first).to_be_visible()
    expect(page.get_by_text("Held off").first).to_be_visible()
    page.get_by_role("link", name="Look at this stop").click()
    page.get_by_role("button", name="Turn back on").click()
    page.get_by_role("button", name="Turn AI for everyone back on").click()
    expect(page.get_by_role("status")).to_contain_text("AI is back on for everyone.")


def test_what_callers_will_see_follows_the_mode(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, javascript=False, person=world["support"])
    page.goto("/switches/acme/off/")
    page.get_by_text("What callers get").locator("xpath=..").click()
    expect(page.get_by_text("need not try again")).to_be_visible()
    page.locator("#main summary").get_by_text("More", exact=True).click()
    page.get_by_label("Hand over to a person").check()
    expect(page.get_by_text("A person takes over.")).to_be_visible()
    expect(page.get_by_text("need not try again")).to_be_hidden()
    expect(page.get_by_label("Seconds they have to end")).to_be_hidden()
    page.get_by_label("Let them end").check()
    expect(page.get_by_label("Seconds they have to end")).to_be_visible()


def test_a_note_is_added_from_the_banner(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    turn_off(page)
    confirm()
    expect(page.get_by_role("status")).to_contain_text("All 2 workers confirmed")
    page.get_by_role("link", name="Add a note").click()
    page.get_by_label("Note", exact=True).fill("vendor is on it")
    assert faults(page) == []
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("status")).to_contain_text("“vendor is on it”")


def test_a_feature_of_everyone_is_turned_off_from_the_palette(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.keyboard.press("Control+k")
    page.keyboard.type("draft")
    page.get_by_role("link", name="Turn off Draft replies of everyone…").click()
    page.get_by_role("button", name="Turn off Draft replies of everyone").click()
    expect(page.get_by_role("status")).to_contain_text("Draft replies of everyone is off.")
    page.goto("/switches/acme/")
    expect(page.get_by_text("Draft replies is off for everyone since")).to_be_visible()


def test_one_person_is_stopped(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["support"])
    page.goto("/switches/acme/")
    page.get_by_label("Stop one person").fill("job-7")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Turn off job-7 of Acme Robotics").click()
    expect(page.get_by_role("status")).to_contain_text("AI is off for job-7 of Acme Robotics.")
    assert faults(page) == []
