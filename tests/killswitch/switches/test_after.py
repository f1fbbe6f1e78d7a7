"""What is done about a stop that is there: reviewed, noted, pushed again."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from killswitch import services
from killswitch.models import Stop, StopEvent
from killswitch.targets import Target
from killswitch.views import switches
from tenants import push
from tenants.models import Feature, Tenant, User
from tests.factories import actor_of
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.switches.asking import Soon, gateway, text

HOME = "/switches/acme/"


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was told to processes."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(push, "after_commit", lambda revision, **facts: told.append(facts))
    return told


@pytest.fixture
def stop(acme: Tenant, support: User, now: datetime) -> Stop:
    """Of a whole tenant, made by whoever looks, for a reason that calls for a review."""
    return make_stop(acme, by=actor_of(support), at=now, reason=Stop.Reason.PRIVACY)


def test_a_note_can_be_added_later_and_changes_nothing_else(page: Client, stop: Stop) -> None:
    assert page.post(f"{HOME}note/", {"stop": stop.pk, "note": "vendor called back"}).status_code == HTTPStatus.FOUND
    shown = text(page.get(HOME))
    assert "Note by you" in shown
    assert "<b>Note</b> · everything · “vendor called back”" in shown
    after = Stop.objects.get(pk=stop.pk)
    assert (after.state, after.reason, after.review_at, after.version) == ("active", "privacy", stop.review_at, 2)


def test_a_stop_stays_confirmed_after_a_note(page: Client, stop: Stop, now: datetime) -> None:
    gateway("gateway-1", applied=stop.revision, at=now)
    page.post(f"{HOME}note/", {"stop": stop.pk, "note": "later"})
    assert "The worker confirmed" in text(page.get(HOME))


def test_an_empty_note_is_asked_for(page: Client, stop: Stop) -> None:
    answer = page.post(f"{HOME}note/", {"stop": stop.pk, "note": " "}, follow=True)
    assert "Say what you know." in text(answer)
    assert StopEvent.objects.count() == 1


def test_what_is_back_on_takes_no_note(page: Client, stop: Stop, colleague: User, now: datetime) -> None:
    services.lift(stop, by=actor_of(colleague), at=now)
    answer = page.post(f"{HOME}note/", {"stop": stop.pk, "note": "late"})
    assert answer.status_code == HTTPStatus.CONFLICT


def test_a_note_on_a_stop_of_somewhere_else_is_not_found(page: Client, globex: Tenant, stop: Stop) -> None:
    answer = page.post("/switches/globex/note/", {"stop": stop.pk, "note": "wrong place"})
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_whoever_made_it_is_told_that_somebody_else_reviews_it(page: Client, stop: Stop) -> None:
    shown = text(page.get(HOME))
    assert "Awaiting review by somebody else" in shown
    assert "Somebody else reviews it: a colleague whose role is support, admin or tenant admin." in shown
    assert "Record the review" not in shown
    assert page.post(f"{HOME}review/", {"stop": stop.pk, "note": "fine"}).status_code == HTTPStatus.FORBIDDEN


def test_a_colleague_reviews_it(client: Client, stop: Stop, colleague: User) -> None:
    client.force_login(colleague)
    assert "Record the review" in text(client.get(HOME))
    client.post(f"{HOME}review/", {"stop": stop.pk, "note": "one record was shown, told them", "again": "7d"})
    after = Stop.objects.get(pk=stop.pk)
    assert after.review_at is not None
    assert after.review_at > (stop.review_at or after.made_at) + timedelta(days=5)
    assert "<b>Reviewed</b> · everything" in text(client.get(HOME))


def test_a_review_of_what_is_back_on_is_the_last(client: Client, stop: Stop, colleague: User, now: datetime) -> None:
    services.lift(stop, by=actor_of(colleague), at=now)
    client.force_login(colleague)
    client.post(f"{HOME}review/", {"stop": stop.pk, "note": "done", "again": "7d"})
    assert Stop.objects.get(pk=stop.pk).review_at is None


def test_reviews_that_are_due_need_a_look(
    page: Client, acme: Tenant, globex: Tenant, support: User, colleague: User, now: datetime
) -> None:
    stop = make_stop(acme, by=actor_of(support), at=now - timedelta(hours=25), reason=Stop.Reason.PRIVACY)
    services.lift(stop, by=actor_of(colleague), at=now - timedelta(hours=24))
    stop_at(Target.everything(), by=actor_of(colleague), at=now - timedelta(hours=25))
    shown = text(page.get("/switches/"))
    assert shown.count("review due</b>") == 2
    assert 'href="/switches/~everyone/">Review<' in shown
    assert shown.index("Acme Robotics") < shown.index("Held off, nothing else · 1")


def test_retry_pushes_the_stop_again(page: Client, stop: Stop, pushed: list[dict[str, Any]]) -> None:
    answer = page.post(f"{HOME}retry/", follow=True)
    assert "Pushed again to every worker." in text(answer)
    assert [(each["number"], each["stop"]["id"]) for each in pushed] == [(stop.revision, str(stop.pk))]


def test_retry_after_a_lift_brings_nothing_back(
    page: Client, stop: Stop, colleague: User, now: datetime, pushed: list[dict[str, Any]]
) -> None:
    services.lift(stop, by=actor_of(colleague), at=now)
    pushed.clear()
    page.post(f"{HOME}retry/")
    assert [sorted(each) for each in pushed] == [["number"]]


def test_whoever_may_not_change_it_may_do_none_of_it(client: Client, stop: Stop, viewer: User) -> None:
    client.force_login(viewer)
    sent = {"stop": stop.pk, "note": "mine"}
    refused = [client.post(f"{HOME}{step}/", sent).status_code for step in ("retry", "note", "review")]
    assert refused == [HTTPStatus.FORBIDDEN] * 3
    assert StopEvent.objects.count() == 1


def test_a_stop_that_is_not_confirmed_in_time_leads_the_list(
    page: Client, acme: Tenant, globex: Tenant, support: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_stop(acme, by=actor_of(support), at=now)
    late = make_stop(globex, by=actor_of(support), at=now)
    gateway("gateway-1", applied=late.revision - 1, at=now)
    monkeypatch.setattr(switches, "datetime", Soon)
    shown = text(page.get("/switches/"))
    assert shown.index("Globex Shipping") < shown.index("Acme Robotics")
    assert shown.count("not confirmed, calls may still run") == 1


def test_retry_pushes_a_lift_again_also_while_a_part_is_off(
    page: Client, acme: Tenant, stop: Stop, answers: Feature, colleague: User, now: datetime,
    pushed: list[dict[str, Any]],
) -> None:  # fmt: skip
    part = make_stop(acme, answers, by=actor_of(colleague), at=now)
    services.lift(stop, by=actor_of(colleague), at=now)
    pushed.clear()
    page.post(f"{HOME}retry/")
    assert [each.get("stop", {}).get("id") for each in pushed] == [str(part.pk), None]
