"""A look of many subjects: each step is committed by itself, and many at once are no trouble of theirs."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection

from killswitch.models import Rule, Stop, Trip
from killswitch.rules import changing
from killswitch.rules.looking import MOST_AT_ONCE, look_at_all
from killswitch.rules.seen import Found, Read, Seen, Window
from killswitch.rules.words import Signal
from killswitch.scopes import Scope
from killswitch.targets import Target
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.killswitch.rules.factories import BAD, BEN, EVERY, a_live_rule, a_rule


def reading(*names: str) -> Read:
    """That these models fail."""
    targets = [Target.model(name) for name in names]

    def read(signal: Signal, of: Scope, window: Window) -> Found:
        is_asked = (signal, of) == (Signal.ERRORS, Scope.MODEL)
        return {target.key: Seen(target, BAD) for target in targets if is_asked}

    return read


def models(number: int, begin: int = 0) -> list[str]:
    return [f"model-{each}" for each in range(begin, begin + number)]


def look_twice(at: datetime, *names: str) -> datetime:
    look_at_all(reading(*names), at=at)
    look_at_all(reading(*names), at=at + EVERY)
    return at + 2 * EVERY


def test_a_few_at_once_are_stopped(operator: Tenant, now: datetime) -> None:
    rule = a_live_rule(at=now)
    look_twice(now, *models(MOST_AT_ONCE))
    rule.refresh_from_db()
    assert (Stop.objects.active().count(), rule.blind) == (MOST_AT_ONCE, "")


def test_many_at_once_are_left_alone_and_people_are_told(operator: Tenant, now: datetime) -> None:
    rule = a_live_rule(at=now)
    look_twice(now, *models(12))
    rule.refresh_from_db()
    assert (Stop.objects.count(), Trip.objects.count(), rule.looked_at) == (0, 0, now + EVERY)
    assert rule.blind.startswith("12 subjects at once look like a fault of the measuring, or of everything")


def test_so_are_many_that_come_one_after_the_other(operator: Tenant, now: datetime) -> None:
    rule = a_live_rule(at=now)
    at = look_twice(now, *models(3))
    look_twice(at, *models(3, begin=3))
    rule.refresh_from_db()
    assert (Stop.objects.active().count(), rule.blind[:18]) == (3, "6 subjects at once")


def test_later_ones_are_a_trouble_of_their_own(operator: Tenant, now: datetime) -> None:
    rule = a_live_rule(at=now)
    look_twice(now, *models(3))
    look_twice(now + timedelta(minutes=11), *models(3, begin=3))
    rule.refresh_from_db()
    assert (Stop.objects.active().count(), rule.blind) == (6, "")


def test_in_shadow_it_is_the_same(operator: Tenant, now: datetime) -> None:
    rule = a_rule("model-fails", at=now)
    look_twice(now, *models(6))
    rule.refresh_from_db()
    assert (Trip.objects.count(), rule.blind[:18]) == (0, "6 subjects at once")


def test_a_rule_that_was_turned_off_while_it_counted_stops_nothing(operator: Tenant, now: datetime) -> None:
    rule, found = a_live_rule(at=now), reading("gpt-4o")
    look_at_all(found, at=now)

    def read(signal: Signal, of: Scope, window: Window) -> Found:
        seen = found(signal, of, window)
        [changing.turn_off(rule, by=BEN, at=now) for _ in seen]
        return seen

    look_at_all(read, at=now + EVERY)
    assert (Stop.objects.count(), rule.watches.count()) == (0, 0)


@pytest.fixture
def elsewhere(committed: None) -> Iterator[psycopg.Connection]:
    """Another process, which waits for no lock."""
    with scope(ALL):
        make_operator()
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as other:
        other.execute("SET lock_timeout = '1ms'")
        yield other


def test_people_wait_for_no_look(elsewhere: psycopg.Connection, now: datetime) -> None:
    with scope(ALL):
        a_live_rule(at=now)
    found, standing = reading("gpt-4o", "gpt-5"), []

    def read(signal: Signal, of: Scope, window: Window) -> Found:
        # Raises if anybody holds the lock of the stops' revision, or of a rule.
        elsewhere.execute("SELECT 1 FROM tenants_revision FOR UPDATE")
        elsewhere.execute("SELECT 1 FROM killswitch_rule FOR UPDATE")
        [[number]] = elsewhere.execute("SELECT count(*) FROM killswitch_stop WHERE state = 'active'").fetchall()
        standing.append(number)
        return found(signal, of, window)

    look_at_all(read, at=now)
    look_at_all(read, at=now + EVERY)
    assert (len(standing), standing[-1], Rule.objects.exclude(blind="").count()) == (16, 2, 0)
