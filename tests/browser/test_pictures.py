"""The pictures of the README and of the tour, of the demo: `make pictures`, which takes them in this order."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django import DjangoDbBlocker, Settings

from aiops.demo.loading import follow_simulator
from aiops.demo.story import HARD_BUDGET
from costs.models import Call
from evals.models import Run
from gateway.drills.running import run_drill
from gateway.models import Chain, ChainDrill
from killswitch import sweeping
from prompts.models import PlannedRelease
from tenants.models import Process, User
from tenants.scope import ALL, scope
from tests import database
from tests.browser.conftest import Open, a_recorder, gateways_in_contact
from tests.evals.working import a_worker
from tests.gateway.processes import a_gateway, serving, until

ROOT = Path(__file__).resolve().parents[2]
FOLDER = os.environ.get("AIOPS_PICTURES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="pictures are taken when AIOPS_PICTURES names a folder")


@pytest.fixture(scope="module")
def demo(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Loaded once; pages whose figures are of this minute are looked at first."""
    with django_db_blocker.unblock():
        bootstrap()
        yield
        database.clear()


@pytest.fixture
def world(demo: None) -> Iterator[dict[str, Any]]:
    """The demo instead of the small cast."""
    Process.objects.all().delete()
    gateways_in_contact()
    now = datetime.now(UTC)
    sweeping.tell(at=now + timedelta(minutes=5))
    with a_recorder(now):
        yield {
            role: User.objects.get(email=f"{role}@demo.example") for role in ("support", "manager", "engineer", "admin")
        }


@pytest.fixture(scope="module")
def judged(demo: None) -> None:
    """The demo's changes, asked and judged."""
    with serving("aiops.simulator") as simulator:
        bootstrap(AIOPS_SIMULATOR_URL=f"{simulator.url}/v1")
        with a_gateway("gateway-1") as gateway, a_worker(gateway):
            until(lambda: not Run.objects.running().exists(), seconds=400)


def bootstrap(**environ: str) -> None:
    """In a process of its own: the browser's has an event loop, beside which no other runs."""
    command = [sys.executable, "manage.py", "bootstrap", "--demo"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, check=True)


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


def test_a_tenant_that_is_off(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto("/switches/halden/")
    expect(page.get_by_role("status")).to_contain_text("workers confirmed")
    take(page, "off")


@pytest.mark.parametrize(("width", "theme", "name"), [(1440, "light", "spend"), (1440, "dark", "spend-dark")])
def test_spend(open_page: Open, world: dict[str, Any], width: int, theme: str, name: str) -> None:
    page = open_page(width=width, theme=theme, person=world["manager"])
    expect(page.get_by_role("img", name="Daily spend")).to_be_visible()
    take(page, name)


def test_calls_over_budget(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["support"])
    page.goto(f"/calls/?tenant={HARD_BUDGET.tenant}&feature=document-qa")
    expect(page.get_by_role("cell", name="Over budget").first).to_be_visible()
    take(page, "calls")


def test_a_call_that_fell_back(open_page: Open, world: dict[str, Any]) -> None:
    with scope(ALL):
        call = Call.objects.filter(fallback=True, outcome="ok", prompt_version__gt="").order_by("id").last()
    assert call is not None
    page = open_page(person=world["engineer"])
    page.goto(f"/calls/{call.id}/")
    take(page, "call")


def test_a_call_whose_quotes_do_not_hold(open_page: Open, world: dict[str, Any]) -> None:
    with scope(ALL):
        call = Call.objects.filter(quotes_fabricated__gt=0, outcome="ok").order_by("id").last()
    assert call is not None
    page = open_page(person=world["engineer"])
    page.goto(f"/calls/{call.id}/")
    take(page, "call-grounded")


def test_budgets(open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["manager"])
    page.goto("/budgets/")
    expect(page.get_by_text("Marlowe Legal").first).to_be_visible()
    take(page, "budgets")


def test_readiness(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["engineer"])
    page.goto("/readiness/")
    expect(page.get_by_role("heading", name="Readiness").first).to_be_visible()
    take(page, "readiness")


@pytest.mark.parametrize(("width", "theme", "name"), [(1440, "light", "diff"), (1440, "dark", "diff-dark")])
def test_a_comparison(judged: None, open_page: Open, world: dict[str, Any], width: int, theme: str, name: str) -> None:
    page = open_page(width=width, theme=theme, person=world["engineer"])
    page.goto("/evals/support-answer/v1..v2/")
    expect(page.get_by_role("heading", name="points worse than v1")).to_be_visible()
    take(page, name)


def test_a_comparison_of_costs(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["engineer"])
    page.goto("/evals/document-qa/v1..v2/")
    expect(page.get_by_role("heading", name="over a limit")).to_be_visible()
    take(page, "diff-cost")


def test_a_prompt_that_was_rolled_back(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["engineer"])
    page.goto("/prompts/support-answer/")
    expect(page.get_by_text("Rolled back").first).to_be_visible()
    take(page, "prompt")


def test_prompts(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["engineer"])
    page.goto("/prompts/")
    expect(page.get_by_text("returns-answer").first).to_be_visible()
    take(page, "prompts")


@pytest.mark.parametrize(("width", "theme", "name"), [(1440, "light", "canary"), (1440, "dark", "canary-dark")])
def test_a_canary(judged: None, open_page: Open, world: dict[str, Any], width: int, theme: str, name: str) -> None:
    page = open_page(width=width, theme=theme, person=world["engineer"])
    page.goto("/prompts/document-qa/canary/")
    expect(page.get_by_text("costs less a call").first).to_be_visible()
    take(page, name)


def test_a_release_that_waits_for_a_second_person(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    plan = PlannedRelease.objects.waiting().get()
    page = open_page(person=world["admin"])
    page.goto(f"/planned-releases/{plan.pk}/")
    expect(page.get_by_role("button", name="Approve").first).to_be_visible()
    take(page, "planned-release")


def test_a_part(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(person=world["engineer"])
    page.goto("/parts/")
    page.get_by_role("link", name="parts/citing.md").first.click()
    expect(page.get_by_text("document-qa").first).to_be_visible()
    take(page, "part")


def test_a_prompt(judged: None, open_page: Open, world: dict[str, Any]) -> None:
    page = open_page(width=390, person=world["engineer"])
    page.goto("/prompts/ticket-title/release/?version=v2")
    expect(page.get_by_role("heading", name="Release ticket-title v2 to production?")).to_be_visible()
    take(page, "release-phone")


def test_a_chain_and_the_swap_of_a_model(
    open_page: Open, world: dict[str, Any], judged: None, settings: Settings
) -> None:
    """Tried out by a gateway of its own, so that its models are known to be well."""
    Process.objects.all().delete()
    with serving("aiops.simulator") as simulator, a_gateway("gateway-1") as gateway:
        settings.AIOPS_GATEWAY_URL = f"{gateway.url}/v1"
        with scope(ALL):
            follow_simulator({"AIOPS_SIMULATOR_URL": f"{simulator.url}/v1"}, at=datetime.now(UTC))
            chain = Chain.objects.get(slug="default")
            drill = ChainDrill.objects.create(
                chain=chain, started_at=datetime.now(UTC), started_by="the console itself", scheduled=True, total=1
            )
        assert run_drill(drill).passed
        page = open_page(person=world["engineer"])
        page.goto("/chains/default/")
        expect(page.get_by_text("Healthy").first).to_be_visible()
        take(page, "chain")
        page.goto("/chains/default/swap/?model=gpt-4o")
        take(page, "chain-swap")
