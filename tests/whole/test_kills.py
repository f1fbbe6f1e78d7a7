"""kill -9 of each process in turn, under traffic: no call is lost or recorded twice, and all of it comes back."""

import threading
import time
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from tests.whole.conftest import Customer
from tests.whole.console import until

CALLERS = 4


class Traffic:
    """Callers that go on until told to stop; what each 2xx answer was called."""

    def __init__(self, customer: Customer) -> None:
        self.session = f"s-{uuid4()}"
        self.answered: list[str] = []
        self.failed = 0
        self._customer = customer
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._go_on) for _ in range(CALLERS)]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self) -> None:
        while not self._over.is_set():
            try:
                answer = self._customer.console.call(self._customer.key, session=self.session)
                answer.raise_for_status()
                self.answered.append(answer.headers["x-aiops-call-id"])
            except httpx.HTTPError:
                self.failed += 1
            time.sleep(0.02)


@pytest.mark.parametrize(
    "victim", ["gateway", "recorder", "console", "postgres", "valkey", "worker", "worker-evals", "beat"]
)
def test_nothing_is_lost_or_doubled_when_it_is_killed(acme: Customer, victim: str) -> None:
    console = acme.console
    with Traffic(acme) as traffic:
        until(lambda: len(traffic.answered) > 20)
        killed = console.kill(victim)
        at_the_kill = len(traffic.answered)
        until(lambda: len(traffic.answered) > at_the_kill + 20)
        until(lambda: killed not in console.run["pids"][victim], seconds=60)
    until(console.is_whole, seconds=60)
    until(lambda: set(traffic.answered) <= {row["id"] for row in console.calls(traffic.session)}, seconds=30)
    rows = console.calls(traffic.session)
    assert max(Counter(row["id"] for row in rows).values()) == 1
    unanswered = [row for row in rows if row["id"] not in set(traffic.answered)]
    assert len(unanswered) <= traffic.failed
    assert {row["cost_usd"] for row in rows if row["outcome"] == "ok"} == {"0.0000267"}


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
