"""The pictures of the README, of the demo: AIOPS_PICTURES=docs/pictures pytest tests/browser/test_pictures.py."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tenants.models import User
from tests.browser.conftest import Open, gateways_in_contact

FOLDER = os.environ.get("AIOPS_PICTURES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="pictures are taken when AIOPS_PICTURES names a folder")


@pytest.fixture
def world(committed: None) -> dict[str, Any]:
    """The demo instead of the small cast."""
    call_command("bootstrap", "--demo", verbosity=0)
    gateways_in_contact()
    return {role: User.objects.get(email=f"{role}@demo.example") for role in ("support", "manager")}


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
