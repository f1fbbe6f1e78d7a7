"""A worker as the product starts it: Celery's own process, on the queue that the services send to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from aiops.celery import app
from tests.gateway.processes import ROOT, Served, until


@contextmanager
def a_worker(gateway: Served) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "-A", "aiops", "worker", "--loglevel", "WARNING", "--concurrency", "2"]
    command += ["--queues", "celery,evals"]
    command += ["--without-gossip", "--without-mingle"]
    environment = {**os.environ, "AIOPS_GATEWAY_URL": f"{gateway.url}/v1"}
    # A group of its own, so that it can be killed with its children.
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as process:
        try:
            # How long it takes to start says how busy the machine is.
            until(lambda: app.control.ping(timeout=1), seconds=60)
            yield process
        finally:
            process.terminate()
            _await_end(process)


def _await_end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(30)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
