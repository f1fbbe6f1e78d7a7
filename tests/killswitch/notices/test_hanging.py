"""Every receiver hangs: what lifts stops goes on, on a worker as the product starts it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from killswitch import services, tasks
from killswitch.models import Stop
from killswitch.notices import claiming, queueing
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests.factories import make_operator, make_tenant
from tests.gateway.processes import ROOT, until
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.notices.receiver import Receiver


@pytest.fixture
def acme(committed: None) -> Iterator[Tenant]:
    with scope(ALL):
        make_operator()
        made = make_tenant("acme")
    yield made
    connection.close()


@pytest.fixture
def worker(acme: Tenant) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "aiops", "worker", "--loglevel", "WARNING", "--queues", "celery"]
    command += ["--pool", "threads", "--concurrency", "8", "--without-gossip", "--without-mingle"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "CELERY_SKIP_CHECKS": "1"}) as process:
        yield
        process.terminate()
        process.wait(30)


def now() -> datetime:
    return datetime.now(UTC)


def is_over(stop: Stop) -> bool:
    with scope(ALL):
        return not Stop.objects.active().filter(pk=stop.pk).exists()


def seconds_to_lift(tenant: Tenant, expires: float = 5) -> float:
    """After the end of a stop, as beat has it."""
    with scope(ALL):
        stop = make_stop(tenant, by=SYSTEM, at=now(), expires_at=now())
    began = time.monotonic()
    tasks.lift_expired.apply_async(expires=expires)
    until(lambda: is_over(stop), seconds=40)
    return time.monotonic() - began


@pytest.mark.timeout(90)
@pytest.mark.usefixtures("worker")
def test_stops_end_in_time(acme: Tenant, receiver: Receiver) -> None:
    receiver.faults.extend(["hangs"] * 200)
    # The first one loads every address of the console, once the worker is up.
    seconds_to_lift(acme, expires=60)
    with scope(ALL):
        # Twice as many as the worker has threads.
        made = [make_channel(Tenant.objects.operator(), receiver.url, at=now(), name=f"n{n}") for n in range(16)]
        make_stop(acme, by=SYSTEM, at=now())
        services.lift(Stop.objects.active().get(), by=SYSTEM, at=now())
    queueing.deliver([f"channel:{each.pk}" for each in made])
    until(lambda: len(receiver.got) >= claiming.AT_ONCE, seconds=30)
    assert seconds_to_lift(acme) < 5
    receiver.released.set()
