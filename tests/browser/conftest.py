"""A real console behind a real browser. Rows are committed, as the console is a process of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from aiops.embedded.ports import free_port
from costs.heartbeat import NAME, Heartbeat
from costs.records import Finished
from killswitch.rules.defaults import ensure_rules
from tenants.models import Feature, Process, Role, Tenant, User
from tenants.scope import ALL, scope
from tests.costs.factories import costing, make_finished, make_opened, record
from tests.factories import make_feature, make_operator, make_tenant, make_user
from tests.gateway.processes import HTTP, until

ROOT = Path(__file__).resolve().parents[2]
# The first has no windows to make: a page costs it a quarter of the work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
ARGUMENTS = ["--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Told by every page to the test that opened it.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""

type Open = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """For these tests alone: while it is there, its loop runs in this thread, where no other test could run its own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium-headless-shell")
    # Playwright's loop runs in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False, args=ARGUMENTS)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def console() -> Iterator[str]:
    """The address of a console of the suite's own."""
    if not (Path(os.environ["AIOPS_HOME"]) / "static" / "staticfiles.json").exists():
        call_command("collectstatic", "--noinput", verbosity=0)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "aiops.asgi:application", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "AIOPS_URL": address})
    try:
        until(lambda: _answers(f"{address}/readyz"), seconds=100, pause=0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def open_page(browser: Browser, console: str, world: dict[str, Any]) -> Iterator[Open]:
    """Opens pages as a person would see them; afterwards, none may have broken the policy or thrown.

    It takes the world so that pages are closed before the world is cleared away: some ask the console again and again.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_it(
        *, width: int = 1440, theme: str = "light", javascript: bool = True, person: User | None = None
    ) -> Page:
        context = browser.new_context(
            base_url=console,
            viewport={"width": width, "height": 844 if width < 760 else 1000},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=javascript,
            has_touch=width < 760,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
        if person is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(person), "url": console}])
            page.goto("/")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert faults == []


def session_of(person: User) -> str:
    """Logged in already: one test goes through the form, the others need not pay for its hashing."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# The cast, committed


@pytest.fixture
def world(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Two tenants with a week of calls, one of them failing; two gateways; support, a colleague and a manager."""
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
    with scope(ALL):
        operator = make_operator()
        acme, globex = make_tenant("acme", name="Acme Robotics"), make_tenant("globex", name="Globex Shipping")
        answers = make_feature("answers", name="Answer assistant")
        make_feature("drafts", name="Draft replies")
        found = {
            "acme": acme,
            "globex": globex,
            "support": make_user("support@operator.example", Role.SUPPORT, operator),
            "colleague": make_user("colleague@operator.example", Role.SUPPORT, operator),
            "manager": make_user("manager@operator.example", Role.MANAGER, operator),
        }
        now = datetime.now(UTC)
        record(*calls_of(acme, globex, answers, now), at=now)
        gateways(applied=0, at=now)
        ensure_rules(at=now)
    with a_recorder(now):
        yield found


@contextmanager
def a_recorder(now: datetime) -> Iterator[None]:
    """In contact for as long as the test runs, and then gone: later tests' pages would tell that it is silent."""
    Heartbeat(now + timedelta(minutes=5), 1, now, 0).write(settings.AIOPS_HOME)
    yield
    (settings.AIOPS_HOME / NAME).unlink()


def calls_of(acme: Tenant, globex: Tenant, feature: Feature, now: datetime) -> list[Finished]:
    def call(tenant: Tenant, at: datetime, cost: str = "1.25", **values: Any) -> Finished:
        opened = make_opened(tenant=tenant.pk, feature=feature.pk, at=at, simulated=True)
        return make_finished(opened, cost=costing(cost), **values)

    days = [call(acme, now - timedelta(days=number, hours=1), str(1 + number)) for number in range(1, 14)]
    lately = [call(globex, now - timedelta(minutes=1 + number % 4, seconds=number)) for number in range(20)]
    failed = [
        call(acme, now - timedelta(minutes=1 + number % 4, seconds=number), outcome="provider_error")
        for number in range(10)
    ]
    return [*days, *lately, *failed]


def gateways(*, applied: int, at: datetime) -> None:
    """Two that are in contact for as long as the test runs."""
    for number in (1, 2):
        Process.objects.create(
            id=uuid4(), kind="gateway", name=f"gateway-{number}", host="here", pid=number, started_at=at,
            seen_at=at + timedelta(minutes=5), stops_revision=applied, config_revision=1, push_works=True, open_calls=0,
        )  # fmt: skip


def gateways_in_contact() -> None:
    """Two that have applied everything."""
    gateways(applied=10**6, at=datetime.now(UTC))


def confirm(names: str = "gateway") -> None:
    """As the gateways would: they have applied whatever is the newest."""
    Process.objects.filter(name__startswith=names).update(stops_revision=10**6)


def _answers(address: str) -> bool:
    try:
        return HTTP.get(address).is_success
    except httpx.HTTPError:
        return False
