"""What the database opens for these questions: few days, by an index."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from aiops.lib import uuid7
from costs import partitions
from costs.endusers import key_hex
from costs.models import Call, EndUser
from costs.reports.calls import Wanted, newer, older, open_call
from tenants.models import Tenant
from tenants.scope import scope
from tests.costs.calls.conftest import Make

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def month(everything: None) -> None:
    partitions.make(NOON.date() - timedelta(days=30), NOON.date() + timedelta(days=1))


def plan(rows: Any) -> str:
    return str(rows.explain())


def test_one_call_opens_the_partition_of_its_day(month: None, acme: Tenant) -> None:
    found = plan(Call.objects.filter(id=uuid7.new(NOON)))
    assert "costs_call_20261120" in found
    assert found.count("costs_call_2026") == found.count("costs_call_20261120")


def test_some_minutes_open_one_partition(month: None, acme: Tenant) -> None:
    rows = Wanted(tenant=acme.pk).rows().since(NOON - timedelta(minutes=5)).until(NOON)
    found = plan(rows.order_by("-id")[:51])
    assert found.count("costs_call_2026") == found.count("costs_call_20261120")


def test_calls_of_a_moment_are_found_by_an_index_without_their_tenant(month: None, acme: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'costs_call_20261120_id_idx'")
        assert "USING brin (id)" in cursor.fetchone()[0]


def test_the_newest_are_found_without_opening_the_days_before(
    make: Make, now: datetime, django_assert_max_num_queries: Any
) -> None:
    made = [make(minutes).call.id for minutes in (3, 2, 1)]
    with django_assert_max_num_queries(1):
        found = older(Call.objects.all(), at=now, since=None, limit=2, seconds=5)
    assert [call.id for call in found.calls] == [made[2], made[1]]
    assert found.reached == made[1]


def test_when_the_time_is_up_it_says_how_far_it_looked(make: Make, now: datetime) -> None:
    make(60 * 20)
    found = older(Call.objects.all(), at=now, since=now - timedelta(days=1), limit=2, seconds=-1)
    assert found.calls == []
    assert found.reached_at is not None
    assert abs(found.reached_at - (now - timedelta(minutes=5))) < timedelta(seconds=1)
    rest = older(Call.objects.all(), at=now, since=now - timedelta(days=1), before=found.reached, limit=2, seconds=9)
    assert (len(rest.calls), rest.reached) == (1, None)


def test_newer_calls_are_those_next_to_the_one_that_is_named(make: Make, now: datetime) -> None:
    made = [make(minutes).call.id for minutes in (60 * 30, 60 * 20, 9, 1)]
    found = newer(Call.objects.all(), at=now, after=made[0], limit=2, seconds=5)
    assert [call.id for call in found.calls] == [made[2], made[1]]


def test_a_scope_opens_its_own_calls_only(make: Make, acme: Tenant, globex: Tenant) -> None:
    key = make().call.id
    with scope([globex.pk]):
        assert open_call(key) is None
    with scope([acme.pk]):
        assert open_call(key) is not None


@pytest.mark.parametrize("wanted", [{"outcomes": ["refused", "provider_error"]}, {"fallback": True}])
def test_the_few_that_went_wrong_are_found_without_looking_through_the_others(
    month: None, acme: Tenant, wanted: dict[str, Any]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Wanted(**wanted).rows().since(NOON - timedelta(minutes=5)).until(NOON)
    found = plan(rows.order_by("-id")[:51])
    # The index of the partition, which has a name of its own: the column that it is by alone.
    assert "Index Scan Backward using costs_call_20261120_id_idx1" in found


@pytest.mark.parametrize(
    "wanted",
    [
        {"hop_reason": "429"},
        {"estimated": True},
        {"kept": True},
        {"price_match": "unpriced"},
        {"quotes": "fabricated"},
        {"quotes": "wrong_source"},
        {"has_bad_quotes": True},
        {"grounding": "withheld"},
        {"refusal": "low_confidence"},
    ],
)
def test_the_few_that_are_out_of_the_ordinary_are_found_by_an_index_of_theirs(
    month: None, acme: Tenant, wanted: dict[str, Any]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE indexdef ~ 'ON public.costs_call_20261120.*hops IS NOT NULL'"
        )
        (name,) = cursor.fetchone()
    rows = Wanted(**wanted).rows().since(NOON - timedelta(minutes=5)).until(NOON)
    assert f"using {name} " in plan(rows.order_by("-id")[:51])


@pytest.mark.parametrize("wanted", [{"error_code": "timeout"}, {"stop": uuid7.new(NOON)}])
def test_what_only_calls_that_went_wrong_bear_is_sought_among_them(
    month: None, acme: Tenant, wanted: dict[str, Any]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Wanted(**wanted).rows().since(NOON - timedelta(minutes=5)).until(NOON)
    assert "using costs_call_20261120_id_idx1" in plan(rows.order_by("-id")[:51])


def test_a_session_is_found_by_an_index(month: None, acme: Tenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Wanted(session="s-1").rows().since(NOON - timedelta(minutes=5)).until(NOON)
    assert "using costs_call_20261120_session_id_idx" in plan(rows.order_by("-id")[:51])


def test_a_person_is_looked_for_where_they_are_known(make: Make, globex: Tenant) -> None:
    call = make(user="ada").call
    key_hex.cache_clear()
    assert [each.id for each in Wanted(user="ada").rows()] == [call.id]
    # With very many tenants that would be very many keys, each time that a page asks for news.
    assert key_hex.cache_info().misses == 0


def test_who_was_forgotten_is_found_all_the_same(make: Make, globex: Tenant) -> None:
    call = make(user="ada").call
    EndUser.objects.all().delete()
    assert [each.id for each in Wanted(user="ada").rows()] == [call.id]
