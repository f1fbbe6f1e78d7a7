"""What `make up` promises to programs and people: run.json, the logins, the call, the same data a second time."""

import json
import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import OpenAI

from tests.whole.console import Console, running, until


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "home"


@dataclass(frozen=True)
class Stopped:
    """What a console said while it ran, and what was there when it had stopped."""

    run: dict[str, Any]
    processes: list[int]
    says_it_runs: bool


@pytest.fixture(scope="module")
def first_run(home: Path) -> Stopped:
    """A first start, stopped again."""
    with running(home, DEMO="1") as console:
        run = console.run
    pids = [pid for group in run["pids"].values() for pid in group]
    return Stopped(run, [pid for pid in pids if Path(f"/proc/{pid}").exists()], (home / "run.json").exists())


@pytest.fixture(scope="module")
def console(home: Path, first_run: Stopped) -> Iterator[Console]:
    """The second start, with the same folder. The demo's eval runs wait: for minutes they would take the machine."""
    with running(home, DEMO="1") as console:
        (asking,) = console.run["pids"]["worker-evals"]
        os.killpg(asking, signal.SIGSTOP)
        yield console
        os.killpg(asking, signal.SIGCONT)


def test_it_says_where_everything_is(console: Console) -> None:
    run = console.run
    assert run["gateway_url"].endswith("/v1")
    assert set(run["demo"]["logins"]) == {"support", "engineer", "manager", "admin"}
    assert {"console", "gateway", "recorder", "worker", "beat", "postgres", "valkey"} <= set(run["pids"])
    assert len(run["pids"]["gateway"]) == 2
    assert stat.S_IMODE((console.home / "run.json").stat().st_mode) == 0o600


def test_a_second_start_goes_on_with_the_same_data(console: Console, first_run: Stopped) -> None:
    assert console.run["demo"] == first_run.run["demo"]
    assert console.run["service_token"] == first_run.run["service_token"]


def test_a_call_of_the_openai_package_is_answered_priced_and_shown(console: Console) -> None:
    demo = console.run["demo"]
    tenant = demo["tenants"][0]
    tags = {"X-AIOps-Feature": tenant["features"][0], "X-AIOps-User": "first", "X-AIOps-Session": "readme"}
    with OpenAI(base_url=console.run["gateway_url"], api_key=tenant["key"], default_headers=tags) as client:
        answer = client.chat.completions.with_raw_response.create(
            model=demo["model"], messages=[{"role": "user", "content": "How do I send a parcel back?"}]
        )
    assert answer.parse().choices[0].message.content
    shown = _await_call(console, answer.headers["x-aiops-call-id"])
    assert shown["cost_usd"] == answer.headers["x-aiops-cost-usd"]
    assert shown["simulated"] is True


def test_the_first_two_tenants_are_not_stopped(console: Console) -> None:
    stopped = {row["tenant"] for row in json.loads(console.aiops("stops", "--json"))}
    assert stopped.isdisjoint({tenant["slug"] for tenant in console.run["demo"]["tenants"][:2]})


@pytest.mark.parametrize(
    ("role", "lands_on"),
    [("support", "/switches/"), ("engineer", "/evals/"), ("manager", "/spend/"), ("admin", "/switches/")],
)
def test_each_demo_person_logs_in_and_lands_at_work(console: Console, role: str, lands_on: str) -> None:
    with httpx.Client(base_url=console.run["url"], follow_redirects=True) as browser:
        browser.get("/login/")
        login = console.run["demo"]["logins"][role]
        form = {
            "login": login["email"],
            "password": login["password"],
            "csrfmiddlewaretoken": browser.cookies["aiops_csrf"],
        }
        answer = browser.post("/login/", data=form, headers={"Referer": console.run["url"]})
    assert answer.url.path == lands_on


@pytest.mark.parametrize("port", ["url", "gateway_url"])
def test_each_port_tells_of_its_health(console: Console, port: str) -> None:
    base = console.run[port].removesuffix("/v1")
    assert httpx.get(f"{base}/readyz").status_code == 200
    assert httpx.get(f"{base}/healthz").json()["status"] == "ok"
    assert "# HELP" in httpx.get(f"{base}/metrics").text


def test_every_chain_of_the_audit_log_holds(console: Console) -> None:
    assert json.loads(console.aiops("audit", "verify", "--json"))["holds"] is True


def test_nothing_is_left_after_it_stops(first_run: Stopped) -> None:
    assert first_run.run["pids"]
    assert first_run.processes == []
    assert not first_run.says_it_runs


def _await_call(console: Console, call: str) -> dict[str, Any]:
    until(lambda: any(row["id"] == call for row in console.calls("readme")))
    return next(row for row in json.loads(console.aiops("calls", "--session", "readme", "--json")) if row["id"] == call)
