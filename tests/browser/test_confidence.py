"""The Confidence page in a browser: a target is tried, its threshold used, and taken back."""

from typing import Any

import pytest
from playwright.sync_api import expect

from evals.services import policy_of
from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults, sideways
from tests.browser.conftest import Open
from tests.evals.calibration.loop import measured_run
from tests.factories import make_feature, make_operator, make_user
from tests.prompts.factories import make_release, make_version

PAGE = "/confidence/answers/"
ANSWERS = [(round(0.4 + number / 300, 2), number % 9 > 0 or number > 120) for number in range(170)]


@pytest.fixture
def measured(world: dict[str, Any]) -> dict[str, Any]:
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        world["feature"] = make_feature("answers", name="Answer assistant")
        measured_run(world["feature"], ANSWERS, refused=12)
    return world


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_it_is_accessible_in_every_look(open_page: Open, measured: dict[str, Any], width: int, theme: str) -> None:
    with scope(ALL):
        make_release(make_version("Be kind and brief."))
    page = open_page(width=width, theme=theme, person=measured["engineer"])
    page.goto(PAGE)
    page.get_by_text("Numbers").first.click()
    page.get_by_text("Numbers").last.click()
    expect(page.get_by_role("img", name="Risk and coverage.")).to_be_visible()
    assert (faults(page), sideways(page)) == ([], [])


def test_a_threshold_is_used_and_taken_back(open_page: Open, measured: dict[str, Any]) -> None:
    page = open_page(width=390, person=measured["engineer"])
    page.goto(PAGE)
    page.get_by_label("At most wrong").fill("5")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="At most 5% wrong answers: you answer")).to_be_visible()
    page.get_by_role("button", name="Use this threshold").click()
    expect(page.get_by_role("status")).to_contain_text("does not check answers, so it refuses nothing yet")
    with scope(ALL):
        assert policy_of(measured["feature"]).min_confidence > 0
    assert faults(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Undone: there is no threshold again.")
    with scope(ALL):
        assert policy_of(measured["feature"]).min_confidence == 0
