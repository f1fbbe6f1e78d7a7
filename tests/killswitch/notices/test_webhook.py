"""What goes over the wire, and what comes of it when the receiver has a bad day."""

import hashlib
import hmac
import socket
import threading
import time
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from killswitch.models import Channel, Notice
from killswitch.notices import channels, webhook
from tenants.actors import SYSTEM, Actor
from tenants.models import Tenant
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import deliver, make_channel, states
from tests.killswitch.notices.receiver import Receiver

ID = UUID(int=7)


@pytest.fixture
def channel(operator: Tenant, acme: Tenant, by_support: Actor, receiver: Receiver, now: datetime) -> Channel:
    """Of which one notice waits."""
    made = make_channel(operator, receiver.url, at=now, secret="a secret of the receiver")
    make_stop(acme, by=by_support, at=now)
    return made


def test_it_is_signed_over_the_very_bytes_and_the_time(channel: Channel, receiver: Receiver, now: datetime) -> None:
    deliver(now)
    got = receiver.got[0]
    parts = dict(part.split("=", 1) for part in str(got.headers["X-AIOps-Signature"]).split(","))
    seal = hmac.new(b"a secret of the receiver", f"{parts['t']}.".encode() + got.body, hashlib.sha256).hexdigest()
    assert (parts["t"], parts["v1"]) == (str(int(now.timestamp())), seal)
    assert got.headers["X-AIOps-Delivery"] == str(Notice.objects.get().pk)
    assert got.headers["Content-Type"] == "application/json"


def test_without_a_secret_nothing_is_signed(operator: Tenant, receiver: Receiver, now: datetime) -> None:
    webhook.post(receiver.url, {}, secret="", allow_private=True, delivery=ID, at=now)
    assert receiver.got[0].headers["X-AIOps-Signature"] is None


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("500", "It answered 500: not now"),
        ("404", "It answered 404: not now"),
        ("drops", "It broke off before its answer was complete."),
        ("redirects", "It answered 302: redirects are not followed. Give the last address."),
    ],
)
def test_what_went_wrong_is_said_in_words_and_tried_again(
    channel: Channel, receiver: Receiver, now: datetime, fault: str, said: str
) -> None:
    receiver.faults.append(fault)
    deliver(now)
    channel.refresh_from_db()
    assert (channel.outcome, channel.outcome_says, channel.outcome_at) == ("failed", said, now)
    assert states() == [("changed", "waiting")]
    deliver(now + timedelta(seconds=1))
    channel.refresh_from_db()
    assert (channel.outcome, states()) == ("ok", [("changed", "sent")])
    assert [each.path for each in receiver.got] == ["/hook/abcdefghijkl"] * 2
    assert len(set(receiver.deliveries)) == 1


def test_what_its_receiver_can_make_nothing_of_is_given_up(receiver: Receiver, channel: Channel, now: datetime) -> None:
    receiver.faults.append("400")
    deliver(now)
    assert states() == [("changed", "given_up")]
    assert Notice.objects.get().says == "It answered 400: not now"


def test_of_a_huge_answer_little_is_read_and_less_is_kept(channel: Channel, receiver: Receiver, now: datetime) -> None:
    receiver.faults.append("huge")
    deliver(now)
    says = Notice.objects.get().says
    assert says.startswith("It answered 500: <b>no</b> xxxx")
    assert len(says) <= len("It answered 500: ") + 200


def test_one_that_hangs_is_left_after_five_seconds(receiver: Receiver, now: datetime) -> None:
    receiver.faults.append("hangs")
    began = time.monotonic()
    outcome = webhook.post(receiver.url, {}, secret="", allow_private=True, delivery=ID, at=now)
    assert outcome.says == "It did not answer within 5 seconds."
    assert 4.5 < time.monotonic() - began < 7


def test_where_nobody_listens_is_said(now: datetime) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/x"
        outcome = webhook.post(url, {}, secret="", allow_private=True, delivery=ID, at=now)
    assert not outcome.is_ok
    assert outcome.says.startswith(f"{url[:-2]} cannot be reached: connection refused")


def test_a_resolver_that_hangs_is_left_after_five_seconds(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> None:
        released.wait(30)
        raise OSError("nobody knows")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    outcome = webhook.post("https://hooks.example/x", {}, secret="", allow_private=False, delivery=ID, at=now)
    released.set()
    assert outcome.says == "It did not answer within 5 seconds."
    assert 4.5 < time.monotonic() - began < 7


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "2130706433"])
def test_the_private_network_is_not_reached(now: datetime, host: str) -> None:
    outcome = webhook.post(f"http://{host}/x", {}, secret="", allow_private=False, delivery=ID, at=now)
    assert outcome.says.startswith("Its address is not allowed: ")


def test_nor_by_a_name_that_was_pointed_there_later(
    receiver: Receiver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    url = receiver.url.replace("127.0.0.1", "hooks.example")
    outcome = webhook.post(url, {}, secret="", allow_private=False, delivery=ID, at=now)
    assert "leads to addresses that it may not have" in outcome.says
    assert receiver.got == []


def test_what_waits_for_a_channel_that_was_turned_off_is_given_up(
    channel: Channel, receiver: Receiver, now: datetime
) -> None:
    channels.change(channel, {"is_enabled": False}, by=SYSTEM, at=now)
    deliver(now)
    assert (receiver.got, states()) == ([], [("changed", "given_up")])
