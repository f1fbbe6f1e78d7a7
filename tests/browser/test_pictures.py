"""The pictures of the README, of the demo: AIOPS_PICTURES=docs/pictures pytest tests/browser/test_pictures.py."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from evals.models import Run
from tenants.models import Process, User
from tests.browser.conftest import Open, gateways_in_contact
from tests.evals.working import a_worker
from tests.gateway.processes import a_gateway, serving, until

FOLDER = os.environ.get("AIOPS_PICTURES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="pictures are taken when AIOPS_PICTURES names a folder")


@pytest.fixture
def world(committed: None) -> dict[str, Any]:
    """The demo instead of the small cast."""
    call_command("bootstrap", "--demo", verbosity=0)
    gateways_in_contact()
    return {role: User.objects.get(email=f"{role}@demo.example") for role in ("support", "manager", "engineer")}


@pytest.fixture
def judged(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's changes, asked and judged before it is looked at: ask for it before `world`."""
    with serving("aiops.simulator") as simulator:
        monkeypatch.setenv("AIOPS_SIMULATOR_URL", f"{simulator.url}/v1")
        call_command("bootstrap", "--demo", verbosity=0)
        with a_gateway("gateway-1") as gateway, a_worker(gateway):
            until(lambda: not Run.objects.running().exists(), seconds=120)
        Process.objects.all().delete()


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(FOLDER) / f"{name}.png")


@pytest.mark.parametrize(("width", "theme", "name"), [(1440, "light", "switches"), (390, "dark", "switches-phone")])
def test_switches(open_page: Open, world: dict[str, Any], width: int, theme: str, name: str) -> None:
    page = open_page(width=width, theme=theme, person=world["support"])
    page.get_by_role("link", name="Turn off Kestrel Air").click()
    expect(page.get_by_role("heading", name="Turn off AI for Kestrel Air?")).to_be_visible()
    take(page, name)


@pytest.mark.parametrize(("width", "theme", "name"), [(1440, "light", "spend"), (1440, "dark", "spend-dark")])
def test_spend(open_page: Open, world: dict[str, Any], width: int, theme: str, name: str) -> None:
    page = open_page(width=width, theme=theme, person=world["manager"])
    expect(page.get_by_role("img", name="Daily spend")).to_be_visible()
    take(page, name)


def test_a_tenant_that_is_off(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/switches/halden/")
    expect(page.get_by_role("status")).to_contain_text("gateways confirmed")
    take(page, "off")


@pytest.mark.parametrize(("width", "theme", "name"), [(1440, "light", "diff"), (1440, "dark", "diff-dark")])
def test_a_comparison(judged: None, open_page: Open, world: dict[str, Any], width: int, theme: str, name: str) -> None:
    page = open_page(width=width, theme=theme, person=world["engineer"])
    page.goto("/evals/support-answer/v1..v2/")
    expect(page.get_by_role("heading", name="points worse than v1")).to_be_visible()
    take(page, name)


def test_a_prompt(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["engineer"])
    page.goto("/prompts/ticket-title/release/?version=v2")
    expect(page.get_by_role("heading", name="Release ticket-title v2 to production?")).to_be_visible()
    take(page, "release-phone")
