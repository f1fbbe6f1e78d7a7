"""kill -9 of each process in turn, under traffic: no call is lost or recorded twice, and all of it comes back."""

import httpx
import pytest

from tests.whole.conftest import Customer
from tests.whole.console import until
from tests.whole.traffic import Traffic


@pytest.mark.parametrize(
    "victim", ["gateway", "recorder", "console", "postgres", "valkey", "worker", "worker-evals", "beat"]
)
def test_nothing_is_lost_or_doubled_when_it_is_killed(acme: Customer, victim: str) -> None:
    console = acme.console
    with Traffic(acme) as traffic:
        traffic.goes_on()
        killed = console.kill(victim)
        traffic.goes_on()
        until(lambda: killed not in console.run["pids"][victim], seconds=60)
    until(console.is_whole, seconds=60)
    traffic.assert_exact()


def test_calls_go_on_when_the_database_the_broker_or_the_recorder_dies(acme: Customer) -> None:
    for victim in ("postgres", "valkey", "recorder"):
        acme.console.kill(victim)
        assert acme.console.call(acme.key, session="meanwhile").status_code == 200
    until(acme.console.is_whole, seconds=60)


def test_a_stop_holds_through_the_death_of_every_process(acme: Customer) -> None:
    console = acme.console
    console.aiops("stop", "--tenant", "acme", "--reason", "drill", "--wait")
    for victim in ("postgres", "valkey", "gateway"):
        console.kill(victim)
    answers = []
    for _ in range(40):
        try:
            answers.append(console.call(acme.key, session="stopped").json()["error"]["type"])
        except httpx.TransportError:
            # The gateway that died while it had this caller's connection.
            continue
    until(console.is_whole, seconds=60)
    assert set(answers) == {"kill_switch"}
    console.aiops("lift", "--tenant", "acme", "--wait")
    assert console.call(acme.key, session="lifted").status_code == 200
