"""How pages read the models' standing: never well without a gateway that says so."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis

from gateway.breakers.machine import Breaker, Stage
from gateway.breakers.reading import State, standings
from gateway.breakers.wire import HASH, HEARD, Told, Unreadable
from gateway.models import Model, Provider
from tenants.watched import Identity

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
AT = NOW.timestamp()
WHO = Identity("gateway", "gateway-1")
MODELS = [Model(slug=name, upstream=name, provider=Provider(slug="acme-ai")) for name in ("mini", "large")]


@pytest.fixture
def valkey() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.delete(HASH, HEARD)
        yield client
        client.delete(HASH, HEARD)


def tell(valkey: redis.Redis, stage: Stage, until: float, *, mark: str = "k1", at: float = AT, **values: Any) -> None:
    valkey.set(HEARD, "gateway-1", ex=10)
    told = Told.of(Breaker(stage, at, until, "500", at=at, **values), by=WHO, offset=0)
    valkey.hset(HASH, f"acme-ai/mini#{mark}", told.as_json())


def state_of_mini(at: datetime = NOW) -> State:
    return standings(MODELS, at=at)["acme-ai/mini"].state


def test_while_no_gateway_speaks_nobody_can_tell(valkey: redis.Redis) -> None:
    assert {each.state for each in standings(MODELS).values()} == {State.UNKNOWN}


def test_without_redis_nobody_can_tell(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9"
    assert {each.state for each in standings(MODELS).values()} == {State.UNKNOWN}


def test_what_nobody_complains_of_is_closed_once_a_gateway_speaks(valkey: redis.Redis) -> None:
    valkey.set(HEARD, "gateway-1", ex=10)
    assert {each.state for each in standings(MODELS).values()} == {State.CLOSED}


@pytest.mark.parametrize(
    ("stage", "during", "after"),
    [
        (Stage.COOLING, State.COOLING, State.CLOSED),
        (Stage.OPEN, State.OPEN, State.HALF_OPEN),
        (Stage.HALF_OPEN, State.HALF_OPEN, State.HALF_OPEN),
    ],
)
def test_a_standing_holds_until_its_time_is_over(
    valkey: redis.Redis, stage: Stage, during: State, after: State
) -> None:
    tell(valkey, stage, AT + 10)
    assert (state_of_mini(), state_of_mini(NOW + timedelta(seconds=10))) == (during, after)


def test_it_says_since_when_why_and_who_says_so(valkey: redis.Redis) -> None:
    tell(valkey, Stage.OPEN, AT + 10)
    found = standings(MODELS, at=NOW)
    mini = found["acme-ai/mini"]
    assert (mini.since, mini.until) == (NOW, NOW + timedelta(seconds=10))
    assert (mini.reason, mini.process, found["acme-ai/large"].state) == ("500", "gateway-1", State.CLOSED)


def test_of_two_keys_the_newer_word_counts(valkey: redis.Redis) -> None:
    tell(valkey, Stage.OPEN, AT + 10)
    tell(valkey, Stage.COOLING, AT + 10, mark="k2", at=AT + 1)
    assert state_of_mini() is State.COOLING


def test_what_cannot_be_read_is_nobodys_standing(valkey: redis.Redis) -> None:
    valkey.set(HEARD, "gateway-1", ex=10)
    valkey.hset(HASH, mapping={"acme-ai/mini#k": b"{", "acme-ai/large": b"[]"})
    assert {each.state for each in standings(MODELS).values()} == {State.CLOSED}


def test_a_word_goes_there_and_back_by_another_clock() -> None:
    told = Told.read(Told.of(Breaker(Stage.OPEN, 5, 15, "500", openings=2, at=6), by=WHO, offset=1000).as_json())
    assert told.here(offset=900, now=110) == Breaker(Stage.OPEN, 105, 115, "500", openings=2, at=106)


def test_a_clock_that_is_wrong_elsewhere_keeps_nobody_waiting_for_ever() -> None:
    told = Told.of(Breaker(Stage.OPEN, 5, 15, "500", at=6), by=WHO, offset=1_000_000)
    assert told.here(offset=0, now=10).until == 130


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"stage": "ajar"}', b"null"])
def test_anything_else_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        Told.read(data)
