"""A chain is changed with the keyboard alone, with a thumb, without JavaScript; every page is accessible."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from evals.models import SuiteVersion
from gateway.models import Chain, ChainDrill, ChainMember
from gateway.services import Member, declare_chain
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Feature, Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults, faults_on
from tests.browser.conftest import Open
from tests.costs.factories import make_finished, make_opened, record
from tests.evals.factories import make_run, make_suite
from tests.evals.parity.factories import CASES, make_answers
from tests.factories import make_operator, make_user
from tests.gateway.test_declare import make_models
from tests.prompts.factories import make_release, make_version

HOME = "/chains/default/"
LONG = "a-model-with-a-name-that-is-far-too-long/for-any-narrow-screen:preview-2026-11-26"
LONG_CHAIN = "c" * 100
PAGES = [
    "/chains/", HOME, "/chains/lonely/", f"{HOME}swap/", f"{HOME}swap/?model=mini", f"{HOME}swap/?model=large",
    f"{HOME}swap/?model=spare", "/chains/~new/",
    f"/chains/{LONG_CHAIN}/", f"/chains/{LONG_CHAIN}/swap/?model={'m' * 100}", "/chains/nothing/",
]  # fmt: skip


@pytest.fixture
def cast(world: dict[str, Any]) -> dict[str, Any]:
    """A chain whose second model holds and whose third is not measured; calls, drills, a change to put back."""
    now = datetime.now(UTC)
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        make_models("mini", "large", "spare", LONG)
        make_models("m" * 100)
        declare_chain(LONG_CHAIN, members=[Member("mini"), Member("m" * 100)], by=SYSTEM)
        declare_chain("lonely", members=[Member("mini")], by=SYSTEM)
        declare_chain("default", members=[Member("mini"), Member("large")], by=SYSTEM)
        members = [Member("mini"), Member("large", first_percent=5), Member(LONG)]
        chain = declare_chain("default", members=members, by=SYSTEM).row
        version = make_version()
        make_release(version)
        suite = make_suite(cases=CASES)
        for model in ("mini", "large"):
            make_answers(suite, version, model, [3] * CASES)
        answers = Feature.objects.get(slug="answers")
        calls = [
            make_opened(tenant=world["acme"].pk, feature=answers.pk, at=now, model=model, provider="acme-ai")
            for model in ("mini", "mini", "large")
        ]
        record(*map(make_finished, calls), at=now)
        make_drills(chain, now)
    return world


def make_drills(chain: Chain, now: datetime) -> None:
    good = {
        "process": "gateway-1", "call": "01900000-0000-7000-8000-000000000001", "failed": "acme-ai/mini",
        "served": f"acme-ai/{LONG}", "hops": [["acme-ai/mini", "drill"]], "ms": 215, "error": "",
    }  # fmt: skip
    values: dict[str, Any] = {"chain": chain, "started_at": now, "finished_at": now, "started_by": "Ada", "total": 1}
    ChainDrill.objects.create(**values, passed=True, answers=[good])
    ChainDrill.objects.create(**values, trouble=f"gateway-1: 502 no_model_answered: {LONG} failed too.")


def order() -> list[str]:
    with scope(ALL):
        rows = ChainMember.objects.filter(chain__slug="default").order_by("position")
        return list(rows.values_list("model__slug", flat=True))


def shown(page: Page) -> list[str]:
    return [str(field.get_attribute("value")) for field in page.locator('#editor input[name="model"]').all()]


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_every_page_is_accessible_and_within_its_policy(
    open_page: Open, cast: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=cast["engineer"])
    assert faults_on(page, PAGES) == {}


def test_so_it_is_for_who_only_reads(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(width=390, person=cast["manager"])
    page.goto(HOME)
    assert faults(page) == []
    expect(page.get_by_role("button", name="Save")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_models_are_arranged_and_saved(open_page: Open, cast: dict[str, Any], javascript: bool) -> None:
    page = open_page(person=cast["engineer"], javascript=javascript)
    page.goto(HOME)
    page.get_by_role("button", name="Move large up").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_label("Another model").select_option("spare")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Take spare out")).to_be_visible()
    page.get_by_role("button", name=f"Take {LONG} out").click()
    expect(page.get_by_role("button", name=f"Take {LONG} out")).to_have_count(0)
    assert shown(page) == ["large", "mini", "spare"]
    assert order() == ["mini", "large", LONG]
    page.get_by_label("Seconds for all together").fill("45")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("default is changed.")
    assert order() == ["large", "mini", "spare"]


def test_with_the_keyboard_alone_the_button_keeps_the_focus_and_enter_saves(
    open_page: Open, cast: dict[str, Any]
) -> None:
    page = open_page(person=cast["engineer"])
    page.goto(HOME)
    page.get_by_role("button", name="Move mini down").focus()
    page.keyboard.press("Enter")
    expect(page.locator('#editor input[name="model"]').first).to_have_value("large")
    expect(page.get_by_role("button", name="Move mini down")).to_be_focused()
    page.get_by_label("Attempts at most").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("default is changed.")
    assert order() == ["large", "mini", LONG]


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_wrong_stands_beside_its_field_and_the_rest_stays(
    open_page: Open, cast: dict[str, Any], javascript: bool
) -> None:
    page = open_page(width=390, person=cast["engineer"], javascript=javascript)
    page.goto(HOME)
    page.get_by_label("Attempts at most").fill("99")
    page.get_by_label("Seconds for all together").fill("45")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a whole number from 1 to 12.")).to_be_visible()
    expect(page.get_by_label("Attempts at most")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Seconds for all together")).to_have_value("45")
    expect(page).to_have_title(re.compile("^Problem"))


@pytest.mark.parametrize("javascript", [True, False])
def test_two_editors_see_each_other(open_page: Open, cast: dict[str, Any], javascript: bool) -> None:
    page = open_page(person=cast["engineer"], javascript=javascript)
    page.goto(HOME)
    with scope(ALL):
        declare_chain("default", members=[Member("large"), Member("mini")], by=SYSTEM)
    page.get_by_label("Seconds for all together").fill("45")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Changed while you were here.")).to_be_visible()
    expect(page.get_by_label("Seconds for all together")).to_have_value("45")
    assert order() == ["large", "mini"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("default is changed.")
    # The models, which were not touched here, are as the other one left them.
    assert order() == ["large", "mini"]
    with scope(ALL):
        assert Chain.objects.get(slug="default").deadline_seconds == 45


@pytest.mark.parametrize("javascript", [True, False])
def test_the_last_change_is_put_back(open_page: Open, cast: dict[str, Any], javascript: bool) -> None:
    page = open_page(person=cast["engineer"], javascript=javascript)
    page.goto(HOME)
    page.get_by_role("button", name="Put back as it was before").click()
    expect(page.get_by_role("status").first).to_contain_text("default is put back as it was before.")
    assert order() == ["mini", "large"]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_model_is_swapped_step_by_step(open_page: Open, cast: dict[str, Any], javascript: bool) -> None:
    page = open_page(width=390, person=cast["engineer"], javascript=javascript)
    page.goto(HOME)
    page.get_by_role("link", name="Swap a model").click()
    page.get_by_label("Model", exact=True).select_option("large")
    page.get_by_role("button", name="Pick").click()
    page.get_by_label("Per cent").fill("20")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("status").first).to_contain_text("large is asked first for 20% of the calls")
    page.get_by_role("button", name="Make it first").click()
    expect(page.get_by_role("status").first).to_contain_text("large is the first one of default now.")
    assert order() == ["large", "mini", LONG]
    page.get_by_role("button", name="Go back").click()
    expect(page.get_by_role("status").first).to_contain_text("large is not asked first any more.")
    assert order() == ["mini", "large", LONG]


def test_once_its_suites_end_all_steps_say_so_and_what_is_typed_stays(open_page: Open, cast: dict[str, Any]) -> None:
    with scope(ALL):
        suite, version = SuiteVersion.objects.get(), PromptVersion.objects.get()
        running = make_run(suite, version, verdict="", kind="model", model=LONG, state="running", ended_at=None)
    page = open_page(width=1440, person=cast["engineer"])
    page.goto(f"{HOME}swap/?model={LONG}")
    expect(page.locator("#step-canary")).to_contain_text("It is not shown to hold what mini reaches.")
    page.get_by_label("Per cent").fill("7")
    with scope(ALL):
        running.delete()
        make_answers(suite, version, LONG, [3] * CASES)
    expect(page.locator("#step-compare h2")).to_contain_text("Holds", timeout=20_000)
    expect(page.locator("#step-canary")).not_to_contain_text("It is not shown to hold")
    expect(page.get_by_label("Per cent")).to_have_value("7")
    expect(page.get_by_label("Per cent")).to_be_focused()


def test_what_came_of_a_step_is_in_sight(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(width=390, person=cast["engineer"])
    page.goto(f"{HOME}swap/?model=large")
    page.get_by_label("Per cent").fill("0")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("Enter a whole number from 1 to 100")).to_be_in_viewport()
    page.get_by_label("Per cent").fill("20")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("status").first).to_be_in_viewport()
    with scope(ALL):
        declare_chain("default", members=[Member("mini"), Member("large")], by=SYSTEM)
    page.get_by_role("button", name="Make it first").click()
    expect(page.get_by_text("Changed while you were here.")).to_be_in_viewport()
    page.goto(HOME)
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_role("status").first).to_be_in_viewport()


def test_with_the_keyboard_alone_the_focus_stays_in_the_form(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["engineer"])
    page.goto(HOME)
    page.get_by_role("button", name="Take large out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Take {LONG} out")).to_be_focused()
    page.get_by_label("Another model").select_option("spare")
    page.get_by_role("button", name="Add", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take spare out")).to_be_visible()
    expect(page.get_by_role("listitem", name="spare, number")).to_be_focused()


def test_what_is_not_saved_is_not_left_without_a_word(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["engineer"])
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(HOME)
    page.get_by_role("button", name="Take large out").click()
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    page.get_by_role("link", name="Swap a model").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Swap a model of default")
    assert asked == ["beforeunload"]
    page.goto(HOME)
    page.get_by_role("button", name="Take large out").click()
    page.get_by_role("link", name="Discard").click()
    expect(page.get_by_role("button", name="Take large out")).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_search_finds_a_chain_by_its_model(open_page: Open, cast: dict[str, Any]) -> None:
    page = open_page(person=cast["engineer"])
    page.keyboard.press("Control+k")
    page.get_by_label("Page, tenant, prompt, suite, chain or model").fill("larg")
    page.get_by_role("link", name="default Chain that asks large").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("default")
