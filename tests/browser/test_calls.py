"""From a list of calls to the one that matters, on a desk and on a phone."""

import re
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from costs.grounding import Quote
from costs.hops import Bill, Hop
from costs.models import Call
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults
from tests.browser.conftest import Open
from tests.costs.factories import GROUNDING, make_finished, make_opened, make_stopped, make_unpriced, record


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


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_a_grounded_call_shows_its_sources(open_page: Open, world: dict[str, Any], width: int, theme: str) -> None:
    with scope(ALL):
        call = Call.objects.order_by("-id")[0]
        opened = make_opened(tenant=call.tenant_id, feature=call.feature_id)
        quotes = (Quote(1, "refunds", 10, 42, "exact"), Quote(2, "refunds", None, None, "fabricated", "too_short"))
        hops = (
            Hop("small", "openai", 429, 100, "429", 5),
            Hop("gpt-test", "openai", 200, 600, "", 130, Bill(1000, 100, Decimal("0.0025"), False)),
        )
        finished = make_finished(opened, grounding=GROUNDING._replace(quotes=quotes), hops=hops, fallback=True)
        record(finished, at=call.created_at)
    page = open_page(width=width, theme=theme, person=world["support"])
    page.goto(f"/calls/{opened.id}/")
    expect(page.get_by_role("row", name="refunds 10–42")).to_contain_text("word for word")
    expect(page.get_by_role("row", name="refunds ✓ cited")).to_be_visible()
    expect(page.get_by_role("row", name="In all").first).to_contain_text("0.0025")
    assert faults(page) == []


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_the_longest_names_fit_and_what_became_of_the_answer_is_read(
    open_page: Open, world: dict[str, Any], width: int, theme: str
) -> None:
    name = "m" * 100
    hops = (
        Hop(name, "p" * 100, 429, 100, "context_overflow", 5),
        Hop(name, "openai", 200, 100, "invalid_answer", 120, Bill(1000, 100, None, False)),
        Hop("gpt-4o-mini", "openai", 200, 600, "", 230, Bill(1000, 100, None, False)),
    )
    with scope(ALL):
        call = Call.objects.order_by("-id")[0]
        opened = make_opened(tenant=call.tenant_id, feature=call.feature_id, model_asked=name, chain=name)
        grounding = GROUNDING._replace(refusal="low_confidence")
        finished = make_unpriced(opened, grounding=grounding, hops=hops, model=name, provider="p" * 100)
        record(finished, at=call.created_at)
        turned_away = make_stopped(make_opened(tenant=call.tenant_id, feature=call.feature_id))
        record(turned_away, at=call.created_at)
    page = open_page(width=width, theme=theme, person=world["support"])
    page.goto(f"/calls/{opened.id}/")
    expect(page.get_by_text("The answer was withheld: not sure enough.")).to_be_visible()
    widths = [each.bounding_box()["width"] for each in page.locator(".hops tbody th").all()]
    assert min(widths) > 80
    assert faults(page) == []
    page.goto(f"/calls/{turned_away.call.id}/")
    expect(page.get_by_text("No model was asked.", exact=True)).to_be_visible()
    assert faults(page) == []


def test_on_a_phone_a_call_takes_two_lines_and_opens_by_a_touch_anywhere(
    open_page: Open, world: dict[str, Any]
) -> None:
    page = open_page(width=390, person=world["support"])
    page.goto("/calls/?outcome=ok")
    row = page.locator(".calls tbody tr").first
    tops = [row.locator(each).bounding_box()["y"] for each in ("th", ".what", ".cost", ".who", ".end")]
    assert max(tops[:3]) < min(tops[3:])
    assert row.bounding_box()["height"] < 80
    page.mouse.click(row.bounding_box()["x"] + 20, row.bounding_box()["y"] + row.bounding_box()["height"] - 12)
    expect(page.get_by_role("heading", name="Attempts")).to_be_visible()


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


def test_who_follows_sees_new_calls_by_themselves_but_not_while_reading(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/calls/?tenant=globex")
    page.get_by_role("link", name="Live").click()
    expect(page).to_have_url(re.compile("live=yes"))
    expect(page.locator(".calls tbody tr")).to_have_count(20)
    call_again(world)
    expect(page.locator(".calls tbody tr")).to_have_count(21, timeout=15_000)
    page.locator(".calls tbody th a").nth(3).focus()
    call_again(world)
    expect(page.get_by_text("Paused while you read")).to_be_visible(timeout=15_000)
    expect(page.locator(".calls tbody tr")).to_have_count(21)
    page.get_by_role("link", name="1 new").click()
    expect(page.locator(".calls tbody tr")).to_have_count(22)
    assert faults(page) == []


def call_again(world: dict[str, Any]) -> None:
    with scope(ALL):
        call = Call.objects.order_by("-id").filter(tenant=world["globex"])[0]
        fresh = make_finished(make_opened(tenant=call.tenant_id, feature=call.feature_id))
        record(fresh, at=call.created_at)


def test_calls_are_gone_through_with_the_keyboard(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/calls/")
    links = page.locator(".calls tbody th a")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Attempts")).to_be_visible()


def test_calls_are_filtered_without_javascript(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(javascript=False, person=world["support"])
    page.goto("/calls/")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Tenant", exact=True).select_option("globex")
    page.get_by_role("button", name="Show these calls").click()
    expect(page).to_have_url(re.compile(r"/calls/\?tenant=globex$"))
    expect(page.locator(".calls tbody tr")).to_have_count(20)
