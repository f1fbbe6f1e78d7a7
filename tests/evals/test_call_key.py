"""The workers' key while somebody releases a prompt."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from evals.call_key import call_key
from evals.models import CallKey
from tenants import audit, revisions
from tenants.actors import SYSTEM
from tenants.models import ApiKey, Revision
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.gateway.processes import until

_WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def installed(committed: None) -> None:
    with scope(ALL):
        make_operator()


def _asked() -> str:
    """From a connection of its own, as a worker has it."""
    try:
        return call_key("production")
    finally:
        connection.close()


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])


def test_it_is_made_beside_a_release_and_neither_is_broken_off(installed: None) -> None:
    with ThreadPoolExecutor(1) as pool:
        with revisions.changing(Revision.Name.CONFIG), scope(ALL):
            key = pool.submit(_asked)
            until(_waiting)
            audit.append_to_installation(actor=SYSTEM, action="prompt.released", object="help", payload={})
        assert key.result(timeout=10)


def test_workers_that_ask_at_once_get_one_key(installed: None) -> None:
    with ThreadPoolExecutor(3) as pool:
        with revisions.changing(Revision.Name.CONFIG), scope(ALL):
            keys = [pool.submit(_asked) for _ in range(3)]
            until(lambda: _waiting() == 3)
        assert len({key.result(timeout=10) for key in keys}) == 1
    with scope(ALL):
        assert (CallKey.objects.count(), ApiKey.objects.count()) == (1, 1)
