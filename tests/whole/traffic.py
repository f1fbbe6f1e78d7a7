"""Callers that go on through whatever happens, and what the records say of them afterwards."""

import threading
import time
from collections import Counter
from uuid import uuid4

import httpx

from tests.whole.conftest import Customer
from tests.whole.console import until

CALLERS = 4
# Of one question to the model that conftest declares.
COST = "0.0000267"


class Traffic:
    """Callers that go on until told to stop; the ids of the calls that were answered."""

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
            time.sleep(0.05)

    def goes_on(self, calls: int = 20) -> None:
        """Returns when so many more were answered."""
        before = len(self.answered)
        until(lambda: len(self.answered) > before + calls, seconds=60)

    def assert_exact(self) -> None:
        """Every answered call is there once, at its price; of the others no more are there than failed."""
        console = self._customer.console
        until(lambda: set(self.answered) <= {row["id"] for row in console.calls(self.session)}, seconds=30)
        rows = console.calls(self.session)
        assert max(Counter(row["id"] for row in rows).values()) == 1
        unanswered = [row for row in rows if row["id"] not in set(self.answered)]
        assert len(unanswered) <= self.failed
        assert {row["cost_usd"] for row in rows if row["outcome"] == "ok"} == {COST}
