"""A stop ends when its time is over, whatever else there is to do."""

import os
import signal
from datetime import UTC, datetime, timedelta

import httpx

from tests.whole.conftest import Customer
from tests.whole.console import until


def test_no_eval_run_holds_up_the_end_of_a_stop(acme: Customer) -> None:
    """The worker that asks runs is busy for as long as it likes: here it does nothing else at all."""
    run = acme.console.run
    (busy,) = run["pids"]["worker-evals"]
    order = {"tenant": "acme", "reason": "drill", "expires_at": (datetime.now(UTC) + timedelta(seconds=3)).isoformat()}
    token = {"Authorization": f"Bearer {run['service_token']}"}
    os.kill(busy, signal.SIGSTOP)
    try:
        httpx.post(f"{run['url']}/api/v1/stops/", json=order, headers=token).raise_for_status()
        until(lambda: acme.console.call(acme.key, session="off").status_code == 503)
        until(lambda: acme.console.call(acme.key, session="on").status_code == 200, seconds=20)
        assert not httpx.get(f"{run['url']}/api/v1/stops/", headers=token).raise_for_status().json()["results"]
    finally:
        os.kill(busy, signal.SIGCONT)
