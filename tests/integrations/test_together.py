"""Asked at once by two processes: the one write is made once. Rows are committed, as the two do not share a test's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connections

from integrations import services
from integrations.models import LedgerEntry
from integrations.refusals import InProgress, NeedsAnother
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tenants.refusals import Conflict
from tenants.scope import ALL, scope
from tests.factories import make_tenant
from tests.integrations.factories import make_connection, run, write
from tests.integrations.stand_in import StandIn, serving


@pytest.fixture
def tryton() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def acme(committed: None) -> Tenant:
    with scope(ALL):
        return make_tenant("acme", name="Acme Robotics")


def at_once(*calls: object) -> list[str]:
    """What became of each, in a thread and with a connection of its own."""
    barrier = Barrier(len(calls))

    def one(call: object) -> str:
        barrier.wait()
        try:
            return str(call())  # type: ignore[operator]  # they are calls
        except (InProgress, Conflict, NeedsAnother) as refused:
            return refused.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return sorted(threads.map(one, calls))


def test_one_key_asked_four_times_at_once_writes_once(acme: Tenant, tryton: StandIn) -> None:
    with scope(ALL):
        make_connection(acme, tryton.url, writes="allow")

    def ask() -> str:
        entry = run(acme).entry
        return entry.state if entry else ""

    told = at_once(ask, ask, ask, ask)
    assert set(told) <= {"done", "in_progress"}
    assert "done" in told
    assert len(tryton.sales) == 1


def test_two_approvals_at_once_send_once(acme: Tenant, tryton: StandIn) -> None:
    with scope(ALL):
        make_connection(acme, tryton.url)
    entry = write(acme)

    def approve() -> str:
        return services.approve(_copy(entry), by=SYSTEM, at=datetime.now(UTC)).state

    assert at_once(approve, approve) == ["conflict", "done"]
    assert len(tryton.sales) == 1


def test_two_undos_at_once_cancel_once(acme: Tenant, tryton: StandIn) -> None:
    with scope(ALL):
        make_connection(acme, tryton.url, writes="allow")
    entry = write(acme)
    told = at_once(*[lambda: services.undo(_copy(entry), by=SYSTEM, at=datetime.now(UTC)).state] * 2)
    assert told.count("done") == 1
    assert [each.endswith("cancel") for each in tryton.written()].count(True) == 1


def test_a_write_that_is_being_sent_says_so_to_whoever_asks_again(acme: Tenant, tryton: StandIn) -> None:
    with scope(ALL):
        make_connection(acme, tryton.url, writes="allow")
    tryton.faults.append("slow")
    tryton.slow_seconds = 1.0
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(lambda: (write(acme).state, connections.close_all())[0])
        while not tryton.sales:
            assert not first.done()
        with pytest.raises(InProgress):
            run(acme)
        assert first.result() == "done"


def _copy(entry: LedgerEntry) -> LedgerEntry:
    with scope(ALL):
        return LedgerEntry.objects.get(pk=entry.pk)
