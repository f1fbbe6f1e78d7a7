from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from prometheus_client import CollectorRegistry, generate_latest

from aiops import killswitch_metrics
from aiops.checks import troubles_at
from killswitch import confirmations, sweeping
from killswitch.confirmations import late, propagation
from tenants.actors import Actor
from tenants.models import Acknowledgement, Process, Tenant
from tenants.scope import ALL, scope
from tests.api.test_stops import make_gateway
from tests.killswitch.factories import make_stop


@pytest.fixture
def later() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=6)


def seen(at: datetime) -> None:
    Process.objects.update(seen_at=at)


@pytest.fixture
def revision(acme: Tenant, by_support: Actor) -> int:
    return make_stop(acme, by=by_support, at=datetime.now(UTC)).revision


def test_a_gateway_in_contact_that_has_not_confirmed_in_time_is_named(revision: int, later: datetime) -> None:
    make_gateway("gateway-1", stops_revision=revision)
    make_gateway("gateway-2", stops_revision=revision - 1)
    seen(later)
    assert [(each.revision, each.laggards) for each in late(later)] == [(revision, ("gateway-2",))]
    assert any("gateway-2: no confirmation" in trouble.told for trouble in troubles_at(later))


def test_within_the_time_nobody_is_late(revision: int) -> None:
    make_gateway("gateway-1", stops_revision=revision - 1)
    assert late(datetime.now(UTC)) == []


def test_who_lost_contact_is_no_laggard_but_lost_and_counts_as_unconfirmed(revision: int, later: datetime) -> None:
    make_gateway("gateway-1", stops_revision=revision - 1)
    seen(later - timedelta(minutes=1))
    assert [(each.laggards, each.lost) for each in late(later)] == [((), ("gateway-1",))]
    registry = CollectorRegistry()
    with scope(ALL):
        killswitch_metrics.register(registry, later)
    assert b"aiops_stops_unconfirmed 1.0" in generate_latest(registry)


def test_what_was_long_ago_is_told_no_more(revision: int, later: datetime) -> None:
    make_gateway("gateway-1", stops_revision=revision - 1)
    assert late(later + timedelta(days=1, minutes=1)) == []


def test_how_soon_it_was_in_force_is_told_of_each_that_was_there(revision: int, later: datetime) -> None:
    known, silent, new = (make_gateway(name, stops_revision=0) for name in ("gateway-1", "gateway-2", "gateway-3"))
    Process.objects.filter(pk__in=[known.pk, silent.pk]).update(started_at=later - timedelta(hours=1))
    Process.objects.filter(pk=new.pk).update(started_at=later)
    Acknowledgement.objects.create(process=known, stops_revision=revision, applied_at=later, cut=0)
    (first, took), (second, unknown) = propagation(revision)
    assert (first, second, unknown) == ("gateway-1", "gateway-2", None)
    assert took == pytest.approx(6, abs=1)


def test_monitors_read_of_who_is_unconfirmed_what_the_figures_count(
    client: Client, revision: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmations, "ALARM", timedelta(0))
    make_gateway("gateway-1", stops_revision=revision - 1)
    make_gateway("gateway-2", stops_revision=revision - 1)
    Process.objects.filter(name="gateway-1").update(seen_at=datetime.now(UTC) - timedelta(seconds=16))
    body = client.get("/healthz/killswitch").json()
    assert body["unconfirmed"] == [{"revision": revision, "laggards": ["gateway-2"], "lost": ["gateway-1"]}]
    assert body["status"] == "late"
    assert [(each["is_answering"], each["push_works"]) for each in body["gateways"]] == [(False, None), (True, True)]
    assert "aiops_stops_unconfirmed 1.0" in client.get("/metrics").content.decode()


@pytest.mark.parametrize(("seconds", "sweeps", "status"), [(5, True, "ok"), (38, False, "degraded")])
def test_monitors_are_told_of_a_worker_that_stands_still(
    client: Client, revision: int, seconds: int, sweeps: bool, status: str
) -> None:
    make_gateway("gateway-1", stops_revision=revision)
    sweeping.tell(at=datetime.now(UTC) - timedelta(seconds=seconds))
    body = client.get("/healthz/killswitch").json()
    assert (body["worker_sweeps"], body["status"]) == (sweeps, status)


def test_monitors_are_told_of_gateways_and_of_no_customer(client: Client, revision: int) -> None:
    sweeping.tell(at=datetime.now(UTC))
    make_gateway("gateway-1", stops_revision=revision)
    body = client.get("/healthz/killswitch").json()
    assert (body["status"], body["stops_in_force"], body["last_drill"]) == ("ok", {"tenant": 1}, None)
    assert (body["gateways"][0]["name"], body["gateways"][0]["is_current"]) == ("gateway-1", True)
    assert "acme" not in str(body).lower()


def test_without_a_gateway_it_is_degraded(client: Client, revision: int) -> None:
    assert client.get("/healthz/killswitch").json()["status"] == "degraded"


def test_a_change_of_just_now_is_waited_for(client: Client, revision: int) -> None:
    sweeping.tell(at=datetime.now(UTC))
    make_gateway("gateway-1", stops_revision=revision - 1)
    assert client.get("/healthz/killswitch").json()["status"] == "ok"
