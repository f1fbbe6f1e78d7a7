"""What reaches its end is lifted one by one: whoever stops something meanwhile waits for one of them at most."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from killswitch import tasks
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.gateway.processes import until
from tests.killswitch.factories import stop_at

NAMES = ("gpt-4o", "gpt-5", "gpt-6")
HOUR = timedelta(hours=1)


@pytest.fixture
def due(committed: None) -> list[Target]:
    """Of stops whose end was an hour ago."""
    at, targets = datetime.now(UTC) - 2 * HOUR, [Target.model(name) for name in NAMES]
    with scope(ALL):
        make_operator()
        for target in targets:
            stop_at(target, by=SYSTEM, at=at, expires_at=at + HOUR)
    return targets


def standing() -> list[str]:
    with scope(ALL):
        return list(Stop.objects.active().values_list("label", flat=True))


def test_each_is_committed_by_itself(due: list[Target]) -> None:
    with CaptureQueriesContext(connection) as asked:
        tasks.lift_expired()
    committed = [query["sql"] for query in asked if query["sql"] == "COMMIT"]
    assert (standing(), len(committed) > len(due)) == ([], True)


def aside(work: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        work()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def is_waited() -> bool:
    """Somebody waits for the lock of the stops' revision."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        found = other.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchall()
        return bool(found)


def test_one_that_is_joined_meanwhile_stays_and_does_not_hold_up_the_others(due: list[Target]) -> None:
    with scope(ALL):
        # Without an end: so it stays off until somebody lifts it.
        stop_at(due[1], by=SYSTEM, at=datetime.now(UTC))
        expiring = aside(tasks.lift_expired)
        until(is_waited)
    expiring.join()
    assert standing() == ["gpt-5"]
