"""The pages of prompts in a browser: list, history, one version, and its preview with and without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import expect

from prompts import services
from prompts.services import Origin
from tenants.actors import SYSTEM
from tenants.models import Role
from tenants.scope import ALL, scope
from tests.browser.checks import LOOKS, faults_on
from tests.browser.conftest import Open
from tests.evals.factories import make_suite
from tests.factories import make_operator, make_user
from tests.prompts.factories import AT, make_bundle

NAME = "support-answer"
PERSONA = "You answer for Acme, a shop for parcels.\nYou are calm, brief and honest.\n"
REFUNDS = "Refunds are possible within {days} days of the day on which the parcel came.\nAsk for the order number.\n"
TEXT = '{% include "parts/persona.md" %}\n{% include "parts/refunds.md" %}\nUse at most {{ words }} words.'
VARIABLES = {
    "question": {"type": "string"},
    "words": {"type": "integer", "default": 80},
    "polite": {"type": "boolean", "default": True},
    "sources": {"type": "list"},
    "tone": {"type": "string", "required": False},
}
USER = "{% for source in sources %}[{{ loop.index }}] {{ source }}\n{% endfor %}\n{{ question }}"
PAGES = ["/prompts/", f"/prompts/{NAME}/", f"/prompts/{NAME}/?q=change+7", f"/prompts/{NAME}/?q=nothing",
         f"/prompts/{NAME}/v14/", f"/prompts/{NAME}/v14/?view=split", f"/prompts/{NAME}/v14/preview/",
         f"/prompts/{NAME}/v14/preview/?v.words=seven&v.sources=%5B1"]  # fmt: skip


@pytest.fixture
def pushed(world: dict[str, Any]) -> dict[str, Any]:
    """A prompt of fourteen versions that grew, and one that is a giant."""
    with scope(ALL):
        world["engineer"] = make_user("engineer@operator.example", Role.ENGINEER, make_operator())
        versions = [_push(number) for number in range(14)]
        services.release(versions[10], environment="production", by=SYSTEM, at=AT)
        make_suite("welcome", prompt="welcome")
        services.push_version("giant", make_bundle("One rule after another. " * 2000), by=SYSTEM, at=AT)
    return world


def _push(number: int) -> Any:
    more = "Say where it is written.\n" * (number // 2)
    parts = {"parts/persona.md": PERSONA, "parts/refunds.md": REFUNDS.format(days=number + 7) + more}
    messages = [{"role": "system", "content": TEXT}, {"role": "user", "content": USER}]
    bundle = make_bundle(parts=parts, variables=VARIABLES, messages=messages)
    origin = Origin(f"4f1c0a9be7d{number:x}", "Ada Lovelace <ada@operator.example>", f"Say change {number} of refunds")
    return services.push_version(NAME, bundle, suites=["welcome"], origin=origin, by=SYSTEM, at=AT).version


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_they_are_accessible_and_within_their_policy(
    open_page: Open, pushed: dict[str, Any], width: int, theme: str
) -> None:
    page = open_page(width=width, theme=theme, person=pushed["engineer"])
    assert faults_on(page, PAGES) == {}


def test_a_version_is_tried_without_javascript(open_page: Open, pushed: dict[str, Any]) -> None:
    page = open_page(javascript=False, person=pushed["engineer"])
    page.goto(f"/prompts/{NAME}/v14/")
    page.get_by_role("link", name="Preview").click()
    page.get_by_label("question").fill("May I return it?")
    page.get_by_label("sources").fill('["faq"')
    page.get_by_role("button", name="Render").click()
    expect(page.get_by_role("alert")).to_contain_text("sources: It is not JSON")
    expect(page.get_by_label("question")).to_have_value("May I return it?")
    page.get_by_label("sources").fill('["faq"]')
    page.get_by_role("button", name="Render").click()
    expect(page.get_by_role("region", name="User message, by part")).to_contain_text("[1] faq")
