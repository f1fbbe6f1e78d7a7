"""Workers side by side, and a broker that hangs: with rows that are committed, as others see them."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from aiops.celery import app
from killswitch import services
from killswitch.models import Channel, Notice, ResumeWatch, Stop
from killswitch.notices import channels, claiming, sending, watching
from killswitch.tasks import sweep_notices, watch_stops
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant
from tenants.refusals import Conflict
from tenants.scope import ALL, scope
from tests.factories import make_operator, make_tenant, make_user
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.notices.receiver import Receiver


@pytest.fixture
def tenants(committed: None) -> Iterator[list[Tenant]]:
    with scope(ALL):
        made = [make_operator(), make_tenant("acme"), make_tenant("globex")]
    yield made
    connection.close()


@pytest.fixture
def hanging_broker() -> Iterator[str]:
    """It takes connections, and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def now() -> datetime:
    return datetime.now(UTC)


def test_two_workers_deliver_each_notice_once_and_in_order(tenants: list[Tenant], receiver: Receiver) -> None:
    with scope(ALL):
        channel = make_channel(tenants[0], receiver.url, at=now())
        for tenant in tenants[1:]:
            make_stop(tenant, by=SYSTEM, at=now())
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        sending.deliver(f"channel:{channel.pk}", clock=now)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receiver.texts == ["AI is off for Acme (looking into it)", "AI is off for Globex (looking into it)"]
    with scope(ALL):
        assert set(Notice.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_slow_receiver_holds_up_no_other(tenants: list[Tenant], receiver: Receiver) -> None:
    with scope(ALL):
        slow = make_channel(tenants[0], receiver.url, at=now(), name="slow")
        quick = make_channel(tenants[0], receiver.url, at=now(), name="quick")
        make_stop(tenants[1], by=SYSTEM, at=now())
    receiver.faults.append("hangs")

    def work() -> None:
        sending.deliver(f"channel:{slow.pk}", clock=now)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    deadline = time.monotonic() + 4
    while not receiver.got and time.monotonic() < deadline:
        time.sleep(0.01)
    began = time.monotonic()
    assert sending.deliver(f"channel:{quick.pk}", clock=now) == 1
    assert time.monotonic() - began < 2
    receiver.released.set()
    thread.join()


def test_claims_side_by_side_are_no_more_than_may_be_sent_at_once(tenants: list[Tenant]) -> None:
    with scope(ALL):
        made = [make_channel(tenants[0], "https://hooks.example/a", at=now(), name=f"n{n}") for n in range(16)]
        make_stop(tenants[1], by=SYSTEM, at=now())
    start = threading.Barrier(len(made))

    def claim(channel: Channel) -> bool:
        start.wait()
        claimed = claiming.claim(f"channel:{channel.pk}", at=now())
        connection.close()
        return claimed is not None

    with ThreadPoolExecutor(len(made)) as pool:
        assert sum(pool.map(claim, made)) == claiming.AT_ONCE


def test_of_several_who_add_the_last_channel_one_does(tenants: list[Tenant]) -> None:
    with scope(ALL):
        for number in range(channels.MOST - 1):
            make_channel(tenants[0], "https://hooks.example/a", at=now(), name=f"n{number}")
    start = threading.Barrier(4)

    def add(name: str) -> bool:
        start.wait()
        try:
            with scope(ALL):
                make_channel(tenants[0], "https://hooks.example/a", at=now(), name=name)
        except Conflict:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, ["a", "b", "c", "d"])) == 1
    with scope(ALL):
        assert Channel.objects.count() == channels.MOST


def test_who_begins_to_watch_while_it_is_lifted_is_told_or_refused(tenants: list[Tenant]) -> None:
    with scope(ALL):
        person = make_user("support@operator.example", Role.SUPPORT, tenants[0])
        stale = make_stop(tenants[1], by=SYSTEM, at=now())

    def lift() -> None:
        with scope(ALL):
            services.lift(Stop.objects.get(pk=stale.pk), by=SYSTEM, at=now())
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with scope(ALL):
            assert watching.watch(stale, person, at=now())
            lifting = pool.submit(lift)
            time.sleep(0.3)
            # It waits until the watch is committed.
            assert not lifting.done()
        lifting.result()
    with scope(ALL):
        assert list(Notice.objects.values_list("kind", flat=True)) == ["resumed"]
        with pytest.raises(Conflict, match="turned Acme back on already"):
            watching.watch(stale, person, at=now())
        assert not ResumeWatch.objects.exists()


def test_a_broker_that_hangs_holds_up_no_stop(
    tenants: list[Tenant], hanging_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.conf, "broker_write_url", hanging_broker)
    with scope(ALL):
        make_channel(tenants[0], "https://hooks.example/abc", at=now())
    began = time.monotonic()
    with scope(ALL):
        make_stop(tenants[1], by=SYSTEM, at=now())
    assert time.monotonic() - began < 1
    with scope(ALL):
        assert Stop.objects.active().count() == 1
        assert Notice.objects.waiting().count() == 1


def test_what_no_task_was_queued_for_is_swept_up(tenants: list[Tenant], monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[str] = []
    with scope(ALL):
        channel = make_channel(tenants[0], "https://hooks.example/abc", at=now())
        make_stop(tenants[1], by=SYSTEM, at=now())
    monkeypatch.setattr("killswitch.notices.queueing.deliver", queued.extend)
    sweep_notices()
    assert queued == [f"channel:{channel.pk}"]
    assert claiming.due_roads(at=now()) == queued


def test_the_watch_runs_in_a_scope_of_its_own(tenants: list[Tenant]) -> None:
    with scope(ALL):
        make_channel(tenants[0], "https://hooks.example/abc", at=now(), news="trouble")
        make_stop(tenants[1], by=SYSTEM, at=now(), review_at=now())
    watch_stops()
    with scope(ALL):
        assert Notice.objects.get().kind == "review_due"


def test_what_fails_to_look_hides_nothing_that_others_see(
    tenants: list[Tenant], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*, at: datetime) -> int:
        return Stop.objects.raw("SELECT 1 / 0 AS id")[0].pk

    monkeypatch.setattr("killswitch.notices.lateness.tell_late", broken)
    with scope(ALL):
        make_channel(tenants[0], "https://hooks.example/abc", at=now(), news="trouble")
        make_stop(tenants[1], by=SYSTEM, at=now(), review_at=now())
    watch_stops()
    with scope(ALL):
        assert Notice.objects.get().kind == "review_due"
    assert "notice.not_told" in caplog.text
