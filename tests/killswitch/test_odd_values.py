"""Whatever is sent to the pages of the switches, they answer in words."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from killswitch.models import Channel, Stop
from killswitch.targets import Target
from tenants.actors import Actor
from tenants.models import Feature, Role, Tenant, User
from tests.database import lasting
from tests.factories import actor_of, make_feature, make_operator, make_tenant, make_user
from tests.integrations.factories import make_connection
from tests.isolation.addresses import ADDRESSES
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.notices.factories import make_channel
from tests.killswitch.planned.factories import make_plan
from tests.killswitch.rules.factories import a_rule

# As a form sends them: percent-encoded, a surrogate by itself among them, which no text may hold.
ODD = {
    "a NUL": "a%00b",
    "a surrogate": "%ED%A0%80",
    "no UTF-8": "%FF",
    "100 kB": "x" * 100_000,
    "a huge number": "9" * 5000,
    "a list": "[]",
}
# Every name that some form of these pages has; others are ignored.
NAMES = (
    "reason", "until", "note", "mode", "in_flight", "drain_seconds", "message", "feature", "submission", "expected",
    "only_features", "everyone", "stop", "again", "version", "sure", "tenant", "kind", "name", "address", "secret",
    "news", "to", "trip", "clear", "window_seconds", "min_calls", "min_callers", "off",
)  # fmt: skip
WELL = {
    "reason": "looking", "submission": str(uuid4()), "expected": "0", "sure": "1", "tenant": "_operator",
    "kind": "webhook", "name": "Ops", "address": "https://hooks.example/a", "news": "every", "note": "Fine.",
    "everyone": "1", "to": "shadow",
}  # fmt: skip
ANSWERS = {200, 302, 400, 403, 404, 409, 413, 422}
# Looked after where they are made.
HELD = {"killswitch:held-adopt", "killswitch:held-release"}
POSTED = sorted(
    name for name, each in ADDRESSES.items()
    if name.startswith("killswitch:") and each.posts is not None and name not in HELD
)  # fmt: skip


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """Once: each test takes back what it changed."""
    with lasting(django_db_blocker):
        by_support = actor_of(make_user("support@operator.example", Role.SUPPORT, make_operator()))
        yield make_things(make_tenant("acme", name="Acme Robotics"), make_feature("answers"), by_support)


@pytest.fixture
def there(made: dict[str, Any], admin: User, client: Client) -> dict[str, Any]:
    client.force_login(admin)
    return made


def make_things(acme: Tenant, answers: Feature, by_support: Actor) -> dict[str, Any]:
    now = datetime.now(UTC)
    make_connection(acme, "http://127.0.0.1:9")
    channel = make_channel(acme, "https://hooks.example/abc", at=now)
    stops = [make_stop(acme, by=by_support, at=now), make_stop(acme, answers, by=by_support, at=now)]
    stops.append(stop_at(Target.everything(), by=by_support, at=now))
    return {
        "tenant": "acme", "connection": "erp", "feature": "answers", "system": "connection", "shared": "feature",
        "channel": channel.pk, "notice": channel.notices.order_by("id")[0].pk, "stop": stops[0].pk,
        "rule": a_rule("model-fails", at=now).slug,
        "plan": make_plan(Target.of(acme), starts_at=now + timedelta(days=1), by=by_support).pk,
    }  # fmt: skip


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_form_of_odd_values_is_answered(client: Client, there: dict[str, Any], name: str, odd: str) -> None:
    assert answer(client, there, name, "&".join(f"{field}={odd}" for field in NAMES)) in ANSWERS


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize("field", ["note", "message", "feature", "tenant", "version", "name", "address", "secret"])
def test_one_odd_value_among_good_ones_is_answered(
    client: Client, there: dict[str, Any], name: str, field: str
) -> None:
    good = urlencode({each: value for each, value in {**WELL, "stop": there["stop"]}.items() if each != field})
    assert answer(client, there, name, f"{good}&{field}={ODD['a NUL']}") in ANSWERS


def answer(client: Client, there: dict[str, Any], name: str, body: str) -> int:
    path = reverse(name, kwargs={key: there[what] for key, what in ADDRESSES[name].takes.items()})
    return client.post(path, body, content_type="application/x-www-form-urlencoded").status_code


@pytest.mark.parametrize("note", ["a\0b", "x" * 2001])
def test_a_note_that_cannot_be_kept_lifts_nothing_and_is_said(client: Client, there: dict[str, Any], note: str) -> None:
    answer = client.post("/switches/acme/on/", {"note": note, "sure": "1"})
    assert answer.status_code == 422
    assert "It is still off." in answer.content.decode()
    assert Stop.objects.get(pk=there["stop"]).state == Stop.State.ACTIVE


@pytest.mark.parametrize("tenant", ["a\0b", "nobody", ""])
def test_a_channel_of_nobody_is_not_there(client: Client, there: dict[str, Any], tenant: str) -> None:
    assert client.post("/switches/~notices/add/", WELL | {"tenant": tenant}).status_code == 404
    assert Channel.objects.count() == 1
