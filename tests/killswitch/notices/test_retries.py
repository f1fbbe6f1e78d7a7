"""Trying again, giving up, and one at a time."""

from datetime import datetime, timedelta

import pytest

from killswitch.models import Channel, Notice
from killswitch.notices import claiming, sending, trying
from killswitch.notices.claiming import AT_ONCE, HELD_FOR
from killswitch.notices.outcomes import Outcome
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Tenant
from tenants.refusals import Conflict
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import deliver, make_channel, states
from tests.killswitch.notices.receiver import Receiver

NO = Outcome(False, "It answered 500")


@pytest.fixture
def channel(operator: Tenant, acme: Tenant, by_support: Actor, receiver: Receiver, now: datetime) -> Channel:
    made = make_channel(operator, receiver.url, at=now)
    make_stop(acme, by=by_support, at=now)
    return made


def road(channel: Channel) -> str:
    return f"channel:{channel.pk}"


def test_it_is_tried_ever_more_seldom_then_given_up(channel: Channel, receiver: Receiver, now: datetime) -> None:
    receiver.faults.extend(["500"] * 12)
    at = now
    waits = []
    while claiming.due_roads(at=at) or Notice.objects.waiting().exists():
        at = max(at, Notice.objects.get().due_at)
        waits.append((at - now).total_seconds())
        deliver(at)
    assert waits == [0, 1, 6, 36, 156, 756, 1356, 1956, 2556, 3156, 3756, 4356]
    assert states() == [("changed", "given_up")]
    assert Notice.objects.get().attempts == 12


def test_what_nobody_thought_of_is_a_failed_try_too(
    channel: Channel, globex: Tenant, by_support: Actor, receiver: Receiver, now: datetime,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    make_stop(globex, by=by_support, at=now)
    with monkeypatch.context() as broken:
        broken.setattr("killswitch.notices.slack.body", lambda *_: 1 / 0)
        deliver(now)
    first = Notice.objects.order_by("id")[0]
    assert (first.state, first.claimed_until, first.due_at) == ("waiting", None, now + timedelta(seconds=1))
    assert first.says == "The console could not send it (ZeroDivisionError); its log says more."
    assert "notice.failed" in caplog.text
    deliver(now + timedelta(seconds=1))
    assert states() == [("changed", "sent")] * 2


def test_a_receiver_that_takes_its_time_gives_back_its_thread(
    channel: Channel, globex: Tenant, by_support: Actor, receiver: Receiver, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make_stop(globex, by=by_support, at=now)
    queued: list[str] = []
    monkeypatch.setattr("killswitch.notices.queueing.deliver", queued.extend)
    assert sending.deliver(road(channel), clock=lambda: now, within=0.001) == 1
    assert queued == [road(channel)]
    assert states() == [("changed", "sent"), ("changed", "waiting")]


def test_it_is_not_tried_before_its_time(channel: Channel, receiver: Receiver, now: datetime) -> None:
    receiver.faults.append("500")
    deliver(now)
    deliver(now + timedelta(milliseconds=900))
    assert len(receiver.got) == 1


def test_what_comes_after_a_failure_waits_with_it(
    channel: Channel, receiver: Receiver, globex: Tenant, by_support: Actor, now: datetime
) -> None:
    receiver.faults.append("500")
    make_stop(globex, by=by_support, at=now)
    deliver(now)
    deliver(now)
    assert len(receiver.got) == 1
    deliver(now + timedelta(seconds=1))
    assert [text.split(" (")[0] for text in receiver.texts] == [
        "AI is off for Acme Robotics", "AI is off for Acme Robotics", "AI is off for Globex Shipping",
    ]  # fmt: skip


def test_what_is_told_later_overtakes_nothing_and_brings_up_what_waits(
    channel: Channel, receiver: Receiver, globex: Tenant, by_support: Actor, now: datetime
) -> None:
    receiver.faults.extend(["500"] * 3)
    for seconds in (0, 1, 6):
        deliver(now + timedelta(seconds=seconds))
    make_stop(globex, by=by_support, at=now + timedelta(seconds=13))
    deliver(now + timedelta(seconds=13))
    assert [text.split(" (")[0] for text in receiver.texts] == [
        *["AI is off for Acme Robotics"] * 4, "AI is off for Globex Shipping",
    ]  # fmt: skip
    assert states() == [("changed", "sent")] * 2


def test_many_changes_at_once_use_up_no_tries(
    channel: Channel, receiver: Receiver, globex: Tenant, by_support: Actor, now: datetime
) -> None:
    receiver.faults.extend(["500"] * 3)
    for seconds in (0, 1):
        deliver(now + timedelta(seconds=seconds))
    make_stop(globex, by=by_support, at=now + timedelta(seconds=2))
    deliver(now + timedelta(seconds=2))
    assert Notice.objects.order_by("id")[0].attempts == 2
    assert set(Notice.objects.values_list("due_at", flat=True)) == {now + timedelta(seconds=6)}


def test_one_that_is_given_up_blocks_the_others_no_more(
    channel: Channel, receiver: Receiver, globex: Tenant, by_support: Actor, now: datetime
) -> None:
    make_stop(globex, by=by_support, at=now)
    receiver.faults.append("500")
    Notice.objects.filter(pk=Notice.objects.order_by("id")[0].pk).update(attempts=11)
    deliver(now)
    deliver(now)
    assert states() == [("changed", "given_up"), ("changed", "sent")]


def test_a_test_that_gets_through_brings_up_what_waits(channel: Channel, receiver: Receiver, now: datetime) -> None:
    receiver.faults.append("500")
    deliver(now)
    assert trying.test(channel, by=SYSTEM, clock=lambda: now).is_ok
    deliver(now)
    assert states() == [("changed", "sent"), ("test", "sent")]


def test_sent_again_it_has_the_id_that_it_had(
    channel: Channel, receiver: Receiver, by_support: Actor, now: datetime
) -> None:
    Notice.objects.update(state=Notice.State.GIVEN_UP, attempts=7)
    notice = Notice.objects.get()
    trying.send_again(notice, by=by_support, at=now)
    deliver(now)
    assert receiver.deliveries == [str(notice.pk)]
    assert AuditEntry.objects.filter(action="notice.again").count() == 1
    with pytest.raises(Conflict, match="has been sent"):
        trying.send_again(notice, by=by_support, at=now)


def test_a_receiver_gets_one_at_a_time(channel: Channel, globex: Tenant, by_support: Actor, now: datetime) -> None:
    make_stop(globex, by=by_support, at=now)
    first = claiming.claim(road(channel), at=now)
    assert first is not None
    assert claiming.claim(road(channel), at=now) is None
    claiming.settle(first, Outcome(True, "Delivered"), at=now)
    second = claiming.claim(road(channel), at=now)
    assert second is not None
    assert second.pk != first.pk


def test_a_worker_that_died_gives_back_what_it_had(channel: Channel, receiver: Receiver, now: datetime) -> None:
    dead = claiming.claim(road(channel), at=now)
    assert dead is not None
    deliver(now + HELD_FOR - timedelta(seconds=1))
    assert receiver.got == []
    deliver(now + HELD_FOR)
    assert receiver.deliveries == [str(dead.pk)]


def test_slow_receivers_leave_threads_for_other_work(
    operator: Tenant, acme: Tenant, by_support: Actor, now: datetime
) -> None:
    made = [make_channel(operator, "https://hooks.example/a", at=now, name=f"n{n}") for n in range(AT_ONCE + 1)]
    make_stop(acme, by=by_support, at=now)
    claimed = [claiming.claim(road(each), at=now) for each in made]
    assert [each is not None for each in claimed] == [True] * AT_ONCE + [False]
