"""What is written when a stop changes, and what a channel gets of it."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import NoReverseMatch
from pytest_django import DjangoCaptureOnCommitCallbacks

from costs.endusers import user_key
from killswitch import services
from killswitch.models import Channel, Notice, Stop
from killswitch.notices import hearing
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Feature, Tenant, User
from tenants.scope import scope
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.notices.factories import deliver, make_channel, states
from tests.killswitch.notices.receiver import Receiver


def test_every_change_arrives_in_order(
    operator: Tenant, acme: Tenant, by_support: Actor, admin: User, receiver: Receiver, now: datetime
) -> None:
    make_channel(operator, receiver.url, at=now)
    stop = make_stop(acme, by=by_support, at=now, note="Wrong opening hours")
    make_stop(acme, by=actor_of(admin), at=now, reason=Stop.Reason.COST)
    stop.refresh_from_db()
    services.lift(stop, by=by_support, at=now)
    deliver(now)
    assert receiver.texts == [
        "AI is off for Acme Robotics (looking into it)",
        "AI is off for Acme Robotics: a second stop joined (cost)",
        "AI is back on for Acme Robotics",
    ]
    assert states() == [("changed", "sent")] * 3


def test_the_facts_are_those_of_the_moment(
    operator: Tenant, acme: Tenant, drafts: Feature, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    make_channel(operator, receiver.url, at=now)
    ends = now + timedelta(hours=4)
    blast = {"calls_per_minute": 12.0, "people": 4}
    stop = make_stop(acme, drafts, by=by_support, at=now, note="Odd", expires_at=ends, blast_radius=blast)
    services.lift(stop, by=by_support, at=now)
    deliver(now)
    payload = receiver.got[0].json["metadata"]["event_payload"]
    assert receiver.got[0].json["metadata"]["event_type"] == "aiops_stop_changed"
    assert payload["stop"] == str(stop.pk)
    assert payload["url"].endswith("/switches/acme/")
    told = ("scope", "tenant", "feature", "target", "mode", "in_flight", "kind", "reason", "note", "by", "state")
    assert [payload[name] for name in told] == [
        "tenant_feature", "acme", "drafts", "Draft replies of Acme Robotics", "refuse", "cut", "made", "looking", "Odd",
        by_support.label, "active",
    ]  # fmt: skip
    assert (payload["expires_at"], payload["blast_radius"]) == (ends.isoformat(), blast)


def test_a_tenants_channel_hears_of_its_own_stops_only(
    acme: Tenant, globex: Tenant, answers: Feature, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    make_channel(acme, receiver.url, at=now)
    make_stop(globex, by=by_support, at=now)
    stop_at(Target.everything(), by=by_support, at=now)
    stop_at(Target.feature_of_all(answers), by=by_support, at=now)
    make_stop(acme, by=by_support, at=now)
    deliver(now)
    assert receiver.texts == ["AI is off for Acme Robotics (looking into it)"]


@pytest.mark.parametrize(("news", "heard"), [("every", 2), ("shared", 1), ("trouble", 0)])
def test_a_channel_hears_what_it_wants(
    operator: Tenant, acme: Tenant, by_support: Actor, now: datetime, news: str, heard: int
) -> None:
    make_channel(operator, "https://hooks.example/abc", at=now, news=news)
    make_stop(acme, by=by_support, at=now)
    stop_at(Target.everything(), by=by_support, at=now)
    assert Notice.objects.count() == heard


@pytest.mark.parametrize(("with_drills", "heard"), [(False, 0), (True, 1)])
def test_drills_are_for_who_asks_for_them(
    operator: Tenant, acme: Tenant, by_support: Actor, now: datetime, with_drills: bool, heard: int
) -> None:
    make_channel(operator, "https://hooks.example/abc", at=now, with_drills=with_drills)
    make_stop(acme, by=by_support, at=now, reason=Stop.Reason.DRILL, origin=Stop.Origin.DRILL)
    assert Notice.objects.count() == heard


def test_a_person_who_says_that_it_is_a_drill_silences_nothing(
    operator: Tenant, acme: Tenant, by_support: Actor, now: datetime
) -> None:
    make_channel(operator, "https://hooks.example/abc", at=now)
    make_stop(acme, by=by_support, at=now, reason=Stop.Reason.DRILL)
    assert Notice.objects.count() == 1


def test_a_channel_that_is_off_hears_nothing(operator: Tenant, acme: Tenant, by_support: Actor, now: datetime) -> None:
    make_channel(operator, "https://hooks.example/abc", at=now, is_enabled=False)
    make_stop(acme, by=by_support, at=now)
    assert not Notice.objects.exists()


def test_the_operator_hears_what_a_tenants_own_admin_does(
    operator: Tenant, globex: Tenant, stranger: User, now: datetime
) -> None:
    channel = make_channel(operator, "https://hooks.example/abc", at=now)
    with scope([globex.pk]):
        make_stop(globex, by=actor_of(stranger), at=now)
        assert not Notice.objects.exists()
        assert not Channel.objects.exists()
    assert Notice.objects.get().channel == channel


def test_a_change_that_is_rolled_back_is_not_told(
    operator: Tenant, acme: Tenant, by_support: Actor, now: datetime
) -> None:
    make_channel(operator, "https://hooks.example/abc", at=now)
    with transaction.atomic():
        make_stop(acme, by=by_support, at=now)
        assert Notice.objects.exists()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("fault", [DatabaseError("disk full"), ValueError("no such reason"), NoReverseMatch("no page")])
def test_what_cannot_be_written_does_not_undo_the_stop(
    operator: Tenant, acme: Tenant, by_support: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, fault: Exception,
) -> None:  # fmt: skip
    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr(hearing, "of", broken)
    assert make_stop(acme, by=by_support, at=now).state == Stop.State.ACTIVE
    assert Stop.objects.active().of(acme).exists()
    assert "notice.lost" in caplog.text


def test_a_person_that_a_stop_is_of_is_not_named(
    operator: Tenant, acme: Tenant, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    make_channel(operator, receiver.url, at=now)
    stop_at(Target.user(acme, user_key(acme.pk, "ann@acme.example")), by=by_support, at=now)
    deliver(now)
    assert receiver.texts == ["AI is off for one person of Acme Robotics (looking into it)"]
    assert "ann@acme.example" not in receiver.got[0].body.decode()


def test_one_task_a_receiver_is_queued_once_it_is_committed(
    operator: Tenant, acme: Tenant, by_support: Actor, now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    queued: list[list[str]] = []
    channel = make_channel(operator, "https://hooks.example/abc", at=now)
    monkeypatch.setattr("killswitch.notices.queueing.deliver_soon", queued.append)
    with django_capture_on_commit_callbacks(execute=True):
        make_stop(acme, by=by_support, at=now)
        assert queued == []
    assert queued == [[f"channel:{channel.pk}"]]


def test_a_tenants_channel_hears_neither_who_of_the_operator_did_it_nor_the_note(
    acme: Tenant, operator: Tenant, by_support: Actor, receiver: Receiver, now: datetime
) -> None:
    theirs, ours = make_channel(acme, receiver.url, at=now), make_channel(operator, receiver.url, at=now)
    make_stop(acme, by=by_support, at=now, note="court order")
    told = {each.channel_id: each.facts for each in Notice.objects.all()}
    assert (told[theirs.pk]["by"], told[theirs.pk]["made_by"], told[theirs.pk]["note"]) == (
        "the operator", "the operator", "",
    )  # fmt: skip
    assert (told[ours.pk]["by"], told[ours.pk]["note"]) == (by_support.label, "court order")
