"""What a console leans on fails, under traffic: records stay exact, stops stay in force, pages say what is wrong."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import redis

from aiops.embedded.home import Home
from tests.disk import fill, small_disk
from tests.whole.conftest import Customer, Provider, declared
from tests.whole.console import Console, prepared, running, until
from tests.whole.people import Person, somebody
from tests.whole.traffic import Traffic

MEGABYTES = 4


@pytest.fixture(scope="module")
def support(acme: Customer) -> Iterator[Person]:
    with somebody(acme.console, "support") as person:
        yield person


@pytest.fixture
def stopped(acme: Customer) -> Iterator[str]:
    """A feature that is off for the customer whose other feature is called all the while."""
    order = ("--tenant", "acme", "--feature", "drafts")
    acme.console.aiops("stop", *order, "--reason", "drill", "--wait")
    yield "drafts"
    acme.console.aiops("lift", *order, "--wait")


def test_valkey_is_flushed(acme: Customer, stopped: str) -> None:
    with Traffic(acme) as traffic:
        traffic.goes_on()
        with redis.Redis.from_url(setting_of(acme.console, "REDIS_URL")) as valkey:
            valkey.flushall()
        traffic.goes_on()
        assert is_stopped(acme, stopped)
    traffic.assert_exact()


def test_postgres_is_restarted(acme: Customer, support: Person, stopped: str) -> None:
    console = acme.console
    before = console.run["pids"]["postgres"]
    with Traffic(acme) as traffic:
        traffic.goes_on()
        # What an administrator's restart sends; the supervisor starts it again.
        os.kill(before[0], signal.SIGINT)
        until(lambda: "The database does not answer" in support.reads("/switches/"))
        assert is_stopped(acme, stopped)
        traffic.goes_on()
        until(lambda: console.run["pids"]["postgres"] != before, seconds=60)
    until(console.is_whole, seconds=60)
    assert is_stopped(acme, stopped)
    traffic.assert_exact()
    assert "The database" not in support.reads("/switches/")


def test_the_provider_is_gone(acme: Customer, support: Person, stopped: str, simulator: Provider) -> None:
    with Traffic(acme) as traffic:
        traffic.goes_on()
        simulator.kill()
        until(lambda: traffic.failed > 20)
        assert is_stopped(acme, stopped)
        until(lambda: "errors" in support.reads("/switches/?only=errors"))
        failed = acme.console.call(acme.key, session="gone")
        assert failed.json()["error"]["code"] == "no_model_answered"
        simulator.start()
        traffic.goes_on()
    traffic.assert_exact()
    [row] = acme.console.calls("gone")
    assert (row["outcome"], row["cost_usd"]) == ("provider_error", "0")


def test_a_gateway_that_stands_still_is_missed(acme: Customer, support: Person) -> None:
    (still, _) = acme.console.run["pids"]["gateway"]
    os.kill(still, signal.SIGSTOP)
    try:
        until(lambda: "1 of 2 gateways answering" in support.reads("/spend/"))
    finally:
        os.kill(still, signal.SIGCONT)
    until(acme.console.is_whole)
    assert "gateways answering" not in support.reads("/spend/")


def test_the_journals_disk_is_full(tmp_path: Path, simulator: Provider) -> None:
    home = Home(prepared(tmp_path / "home"))
    settings = {"AIOPS_JOURNAL_MAX_MB": "1", "AIOPS_GATEWAYS": "1"}
    with small_disk(home.journal, megabytes=MEGABYTES) as disk, running(home.path, **settings) as console:
        acme = declared(console, tmp_path, simulator)
        with somebody(console, "support") as support, Traffic(acme) as traffic:
            traffic.goes_on()
            fill(disk / "filler")
            until(lambda: console.call(acme.key, session="full").status_code == 503, seconds=60)
            until(lambda: "the journal is full: calls are refused" in support.reads("/switches/"))
            (disk / "filler").unlink()
            traffic.goes_on()
            until(lambda: "the journal is full" not in support.reads("/switches/"))
        traffic.assert_exact()


def is_stopped(customer: Customer, feature: str) -> bool:
    answer = customer.console.call(customer.key, session="stopped", **{"X-AIOps-Feature": feature})
    return answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and answer.json()["error"]["type"] == "kill_switch"


def setting_of(console: Console, name: str) -> str:
    """As the console's own process got it from the supervisor."""
    pid = console.run["pids"]["console"][0]
    variables = dict(each.partition("=")[::2] for each in Path(f"/proc/{pid}/environ").read_text().split("\0"))
    return variables[name]
