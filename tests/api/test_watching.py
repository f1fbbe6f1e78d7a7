"""“Tell me if calls resume”, for programs: a person for themselves, a key for somebody by name."""

from datetime import datetime
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from killswitch.models import ResumeWatch, Stop
from tenants.actors import Actor
from tenants.models import Role, Tenant, User
from tests.factories import make_key
from tests.killswitch.factories import make_stop


@pytest.fixture(autouse=True)
def mail(settings: Settings) -> None:
    settings.AIOPS_MAIL_IS_SET = True


@pytest.fixture
def stop(acme: Tenant, by_support: Actor, now: datetime) -> Stop:
    return make_stop(acme, by=by_support, at=now)


def watch(stop: Stop) -> str:
    return f"/api/v1/stops/{stop.pk}/watch/"


def watchers() -> list[str]:
    return list(ResumeWatch.objects.values_list("user__email", flat=True))


def test_a_key_says_who_is_told(api: APIClient, stop: Stop, support: User) -> None:
    answer = api.post(watch(stop), {"user": support.email.upper()}, format="json")
    assert (answer.status_code, answer.data) == (201, {"stop": str(stop.pk), "user": support.email})
    assert watchers() == [support.email]
    assert api.post(watch(stop), {"user": support.email}, format="json").status_code == 200
    assert api.delete(f"{watch(stop)}?user={support.email}").status_code == 204
    assert watchers() == []


def test_a_person_is_told_themselves(stop: Stop, viewer: User) -> None:
    client = APIClient()
    client.force_login(viewer)
    assert client.post(watch(stop), {}, format="json").status_code == 201
    assert watchers() == [viewer.email]
    assert client.post(watch(stop), {"user": "boss@acme.example"}, format="json").status_code == 422
    assert client.delete(watch(stop)).status_code == 204
    assert watchers() == []


@pytest.mark.parametrize(
    ("order", "status"),
    [({}, 422), ({"user": "nobody@acme.example"}, 404), ({"user": "stranger@globex.example"}, 404), ({"user": 7}, 400)],
)
def test_whoever_may_not_see_it_is_not_told(
    api: APIClient, stop: Stop, stranger: User, order: dict[str, Any], status: int
) -> None:
    assert api.post(watch(stop), order, format="json").status_code == status
    assert watchers() == []


def test_a_tenants_key_finds_its_own_people_alone(
    globex: Tenant, stranger: User, support: User, by_support: Actor, now: datetime
) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(globex, role=Role.TENANT_ADMIN).text}")
    stop = make_stop(globex, by=by_support, at=now)
    assert client.post(watch(stop), {"user": support.email}, format="json").status_code == 404
    assert client.post(watch(stop), {"user": stranger.email}, format="json").status_code == 201


def test_another_tenants_stop_is_not_there(strangers: APIClient, stop: Stop) -> None:
    assert strangers.post(watch(stop), {}, format="json").status_code == 404
    assert strangers.delete(watch(stop)).status_code == 404


def test_without_a_mail_server_it_says_what_is_missing(
    api: APIClient, stop: Stop, support: User, settings: Settings
) -> None:
    settings.AIOPS_MAIL_IS_SET = False
    answer = api.post(watch(stop), {"user": support.email}, format="json")
    assert answer.status_code == 409
    assert "EMAIL_URL" in answer.content.decode()
