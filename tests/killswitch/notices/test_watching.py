"""“Tell me if calls resume”."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.test import Client

from costs import leaks
from costs.models import MinuteTraffic
from killswitch import services
from killswitch.models import Notice, ResumeWatch, Stop
from killswitch.models.stop import GLASS
from killswitch.notices import watching
from killswitch.targets import Target
from tenants.actors import Actor, ActorKind
from tenants.models import Acknowledgement, Feature, Membership, Process, Tenant, User
from tenants.refusals import Conflict
from tests.costs.factories import make_finished, make_opened, record
from tests.costs.offers import offer
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.notices.factories import deliver
from tests.killswitch.notices.postbox import Postbox


@pytest.fixture
def now() -> datetime:
    """When a change was committed, only the database's clock says."""
    return datetime.now(UTC)


@pytest.fixture
def stop(acme: Tenant, by_support: Actor, now: datetime) -> Stop:
    return make_stop(acme, by=by_support, at=now)


def confirm(stop: Stop, at: datetime) -> None:
    """The only gateway has applied it."""
    process = Process.objects.create(
        id=uuid4(), kind="gateway", name="gateway-1", host="here", pid=1, started_at=at - timedelta(hours=1),
        seen_at=at, stops_revision=stop.revision, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip
    Acknowledgement.objects.create(process=process, stops_revision=stop.revision, applied_at=at, cut=0)


def calls(tenant: Tenant, feature: Feature, minute: datetime, *, answered: int) -> None:
    MinuteTraffic.objects.create(
        tenant=tenant, feature=feature, minute=minute, calls=answered + 2, errors=0, stopped=2, last_at=minute
    )


def test_who_watches_is_told_once_when_it_is_lifted(
    stop: Stop, support: User, admin: User, postbox: Postbox, now: datetime
) -> None:
    assert watching.watch(stop, support, at=now)
    assert not watching.watch(stop, support, at=now)
    services.lift(stop, by=actor_of(admin), at=now)
    deliver(now)
    assert (postbox.subjects, postbox.receivers) == (["AI is back on for Acme Robotics"], [support.email])
    assert "because you asked to be told" in postbox.mails[0].get_content()
    assert not watching.is_watched(stop, support.pk)


def test_who_lifts_it_knows(stop: Stop, support: User, by_support: Actor, now: datetime) -> None:
    watching.watch(stop, support, at=now)
    services.lift(stop, by=by_support, at=now)
    assert (Notice.objects.count(), ResumeWatch.objects.count()) == (0, 0)


def test_it_is_told_when_its_time_is_over(
    acme: Tenant, support: User, by_support: Actor, postbox: Postbox, now: datetime
) -> None:
    stop = make_stop(acme, by=by_support, at=now, expires_at=now + timedelta(hours=1))
    watching.watch(stop, support, at=now)
    services.lift_expired(at=now + timedelta(hours=1))
    deliver(now + timedelta(hours=1))
    assert postbox.subjects == ["AI is back on for Acme Robotics: its time was over"]


def test_who_takes_it_back_is_not_told(stop: Stop, support: User, admin: User, now: datetime) -> None:
    watching.watch(stop, support, at=now)
    assert watching.unwatch(stop, support)
    services.lift(stop, by=actor_of(admin), at=now)
    assert not Notice.objects.exists()


def test_what_is_on_again_cannot_be_watched(stop: Stop, support: User, by_support: Actor, now: datetime) -> None:
    services.lift(stop, by=by_support, at=now)
    with pytest.raises(Conflict, match="turned Acme Robotics back on already"):
        watching.watch(stop, support, at=now)


def test_who_lost_the_role_meanwhile_is_not_told(
    stop: Stop, support: User, admin: User, postbox: Postbox, now: datetime
) -> None:
    watching.watch(stop, support, at=now)
    Membership.objects.filter(user=support).delete()
    services.lift(stop, by=actor_of(admin), at=now)
    deliver(now)
    assert postbox.mails == []


def test_calls_that_get_through_are_told_of_once(
    stop: Stop, acme: Tenant, answers: Feature, support: User, postbox: Postbox, now: datetime
) -> None:
    watching.watch(stop, support, at=now)
    confirm(stop, now)
    calls(acme, answers, now + timedelta(minutes=1), answered=3)
    assert leaks.tell_leaks(at=now + timedelta(minutes=2)) == 1
    assert leaks.tell_leaks(at=now + timedelta(minutes=3)) == 0
    deliver(now + timedelta(minutes=3))
    assert postbox.subjects == ["Calls got through: Acme Robotics is off, and 3 calls went on"]


@pytest.mark.parametrize(("names", "told"), [(["fast"], 1), (["fast", "best"], 0)])
def test_calls_of_a_stopped_model_are_told_of_unless_another_name_stands_for_it_too(
    operator: Tenant, acme: Tenant, answers: Feature, support: User, by_support: Actor, now: datetime,
    names: list[str], told: int,
) -> None:  # fmt: skip
    list(map(partial(offer, upstream="gpt-test"), names))
    stop = stop_at(Target.model("fast"), by=by_support, at=now)
    watching.watch(stop, support, at=now)
    confirm(stop, now)
    then = now + timedelta(seconds=30)
    record(make_finished(make_opened(at=then, tenant=acme.pk, feature=answers.pk, model="gpt-test")), at=then)
    assert leaks.tell_leaks(at=now + timedelta(minutes=2)) == told


def test_calls_of_before_broken_glass_was_taken_in_are_no_news(
    acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    glass = Actor(ActorKind.SYSTEM, f"{GLASS}root@host", "break-glass: root@host", is_over_all=True)
    broken = now - timedelta(hours=1)
    stop = make_stop(acme, by=glass, at=broken, origin=Stop.Origin.BREAK_GLASS)
    watching.watch(stop, support, at=now)
    confirm(stop, now)
    calls(acme, answers, broken + timedelta(minutes=30), answered=3)
    assert leaks.tell_leaks(at=now + timedelta(minutes=2)) == 0
    assert watching.is_watched(stop, support.pk)


def test_one_that_cannot_be_looked_at_keeps_no_other_from_it(
    stop: Stop, globex: Tenant, answers: Feature, support: User, by_support: Actor, now: datetime,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    other = make_stop(globex, by=by_support, at=now)
    watching.watch(stop, support, at=now)
    watching.watch(other, support, at=now)
    confirm(other, now)
    calls(globex, answers, now + timedelta(minutes=1), answered=3)
    real = {other.pk: leaks.aftermath}
    monkeypatch.setattr(leaks, "aftermath", lambda of, *rest, at: real[of.pk](of, *rest, at=at))
    assert leaks.tell_leaks(at=now + timedelta(minutes=2)) == 1
    assert "notice.not_told" in caplog.text


@pytest.mark.parametrize("answered", [0, 3])
def test_calls_of_the_minute_itself_or_refused_ones_are_no_news(
    stop: Stop, acme: Tenant, answers: Feature, support: User, now: datetime, answered: int
) -> None:
    watching.watch(stop, support, at=now)
    confirm(stop, now)
    minute = now.replace(second=0) if answered else now + timedelta(minutes=1)
    calls(acme, answers, minute, answered=answered)
    assert leaks.tell_leaks(at=now + timedelta(minutes=2)) == 0
    assert watching.is_watched(stop, support.pk)


def test_while_a_gateway_has_not_confirmed_the_alarm_says_so(
    stop: Stop, acme: Tenant, answers: Feature, support: User, now: datetime
) -> None:
    watching.watch(stop, support, at=now)
    confirm(stop, now)
    Process.objects.update(stops_revision=stop.revision - 1)
    calls(acme, answers, now + timedelta(minutes=1), answered=3)
    assert leaks.tell_leaks(at=now + timedelta(minutes=2)) == 0


@pytest.mark.parametrize("values", [{"mode": "read_only"}, {"in_flight": "new_only"}])
def test_where_calls_may_go_on_they_are_no_news(
    acme: Tenant, answers: Feature, support: User, by_support: Actor, now: datetime, values: dict[str, str]
) -> None:
    stop = make_stop(acme, by=by_support, at=now, **values)
    watching.watch(stop, support, at=now)
    confirm(stop, now)
    calls(acme, answers, now + timedelta(minutes=1), answered=3)
    assert leaks.tell_leaks(at=now + timedelta(minutes=2)) == 0


def test_the_button_watches_and_takes_it_back(client: Client, stop: Stop, support: User, postbox: Postbox) -> None:
    client.force_login(support)
    url = f"/switches/stops/{stop.pk}/watch/"
    answer = client.post(url, follow=True)
    assert answer.redirect_chain[-1][0].endswith("/switches/acme/")
    assert f"You are told at {support.email} when calls resume for Acme Robotics." in answer.content.decode()
    assert watching.is_watched(stop, support.pk)
    client.post(url, {"off": "1"})
    assert not watching.is_watched(stop, support.pk)


@pytest.mark.usefixtures("no_mail")
def test_without_a_mail_server_the_button_says_what_is_missing(client: Client, stop: Stop, support: User) -> None:
    client.force_login(support)
    answer = client.post(f"/switches/stops/{stop.pk}/watch/", follow=True)
    shown = answer.content.decode()
    assert "You will not be told: e-mail is not set up on this installation" in shown
    assert "You are told at" not in shown
    assert "Tell me if calls resume" not in shown
    assert not ResumeWatch.objects.exists()


def test_another_tenants_stop_is_not_there(client: Client, stop: Stop, stranger: User) -> None:
    client.force_login(stranger)
    assert client.post(f"/switches/stops/{stop.pk}/watch/").status_code == 404
    assert not ResumeWatch.objects.exists()


def test_a_tenants_own_people_see_no_address_of_the_operators(
    client: Client, stop: Stop, admin: User, support: User, viewer: User, postbox: Postbox, now: datetime
) -> None:
    watching.watch(stop, admin, at=now)
    watching.watch(stop, viewer, at=now)
    services.lift(stop, by=actor_of(support), at=now)
    client.force_login(viewer)
    said = client.get("/switches/~notices/").content.decode()
    assert "one person" in said
    assert viewer.email in said
    assert admin.email not in said
    client.force_login(admin)
    assert admin.email in client.get("/switches/~notices/").content.decode()
