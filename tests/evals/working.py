"""A worker as the product starts it: Celery's own process, on the queue that the services send to."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.gateway.processes import ROOT, Served


@contextmanager
def a_worker(gateway: Served) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "aiops", "worker", "--loglevel", "WARNING", "--concurrency", "2"]
    command += ["--without-gossip", "--without-mingle"]
    environment = {**os.environ, "AIOPS_GATEWAY_URL": f"{gateway.url}/v1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)
