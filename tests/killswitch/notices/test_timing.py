"""An end that comes soon, and a review that is due."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from killswitch import services
from killswitch.models import Notice, Stop
from killswitch.notices import facts, timing
from tenants.actors import SYSTEM, Actor
from tenants.models import Tenant, User
from tests.killswitch.factories import make_stop
from tests.killswitch.notices.factories import deliver, make_channel
from tests.killswitch.notices.postbox import Postbox
from tests.killswitch.notices.receiver import Receiver

HOUR = timedelta(hours=1)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def channel(operator: Tenant, receiver: Receiver, now: datetime) -> None:
    make_channel(operator, receiver.url, at=now, news="trouble")


@pytest.mark.usefixtures("channel")
def test_who_made_it_and_the_channels_are_warned_once(
    acme: Tenant, support: User, by_support: Actor, receiver: Receiver, postbox: Postbox, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now, expires_at=now + HOUR)
    timing.tell_expiring(at=now + minutes(49))
    deliver(now + minutes(49))
    assert (receiver.texts, postbox.mails) == ([], [])
    timing.tell_expiring(at=now + minutes(50))
    timing.tell_expiring(at=now + minutes(51))
    deliver(now + minutes(51))
    said = "AI comes back on for Acme Robotics at 22 Nov 03:14 UTC"
    assert (receiver.texts, postbox.subjects, postbox.receivers) == ([said], [said], [support.email])
    assert "because you turned it off" in postbox.mails[0].get_content()


@pytest.mark.usefixtures("channel")
def test_another_end_is_warned_of_anew(acme: Tenant, by_support: Actor, receiver: Receiver, now: datetime) -> None:
    make_stop(acme, by=SYSTEM, at=now, expires_at=now + HOUR)
    timing.tell_expiring(at=now + minutes(50))
    make_stop(acme, by=by_support, at=now + minutes(55), expires_at=now + 2 * HOUR)
    timing.tell_expiring(at=now + minutes(56))
    timing.tell_expiring(at=now + minutes(111))
    deliver(now + minutes(111))
    assert [text[-9:] for text in receiver.texts] == ["03:14 UTC", "04:14 UTC"]


@pytest.mark.usefixtures("channel")
def test_a_short_stop_is_not_warned_of(acme: Tenant, by_support: Actor, now: datetime) -> None:
    make_stop(acme, by=by_support, at=now, expires_at=now + minutes(19))
    timing.tell_expiring(at=now + minutes(12))
    assert not Notice.objects.exists()


def test_a_person_who_left_is_not_written_to(
    acme: Tenant, support: User, by_support: Actor, postbox: Postbox, now: datetime
) -> None:
    make_stop(acme, by=by_support, at=now, expires_at=now + HOUR)
    timing.tell_expiring(at=now + minutes(50))
    support.is_active = False
    support.save()
    deliver(now + minutes(50))
    assert postbox.mails == []
    assert Notice.objects.get().says == "This person may not see it any more."


@pytest.mark.usefixtures("channel")
def test_a_review_is_told_once_a_date(
    acme: Tenant, admin: User, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    stop = make_stop(acme, by=SYSTEM, at=now, reason="safety")
    due = now + services.order.REVIEW_AFTER
    timing.tell_reviews(at=due - minutes(1))
    timing.tell_reviews(at=due)
    timing.tell_reviews(at=due + minutes(1))
    services.review(stop, by=by_support, note="Still odd", again_at=due + HOUR, at=due + minutes(2))
    timing.tell_reviews(at=due + minutes(3))
    timing.tell_reviews(at=due + HOUR)
    deliver(due + HOUR)
    assert receiver.texts == ["Review due: the stop of Acme Robotics"] * 2


@pytest.mark.usefixtures("channel")
def test_one_that_cannot_be_told_keeps_no_other_from_it(
    acme: Tenant, globex: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_stop(acme, by=SYSTEM, at=now, expires_at=now + HOUR, review_at=now + HOUR)
    make_stop(globex, by=SYSTEM, at=now, expires_at=now + HOUR, review_at=now + HOUR)
    of_stop = facts.of_stop

    def partly(stop: Stop) -> dict[str, Any]:
        # PostgreSQL keeps no such letter.
        return of_stop(stop) | {"note": "\x00"[stop != broken :]}

    monkeypatch.setattr(facts, "of_stop", partly)
    assert timing.tell_expiring(at=now + minutes(51)) == 1
    assert timing.tell_reviews(at=now + HOUR) == 1
    assert set(Notice.objects.values_list("tenant__slug", "facts__tenant")) == {("_operator", "globex")}
    assert caplog.text.count("notice.not_told") == 2
