"""Sweepers side by side, and somebody who cancels: with rows that are committed, as others see them."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from django.db import connection

from killswitch import services
from killswitch.models import Plan, Stop, StopEvent
from killswitch.targets import Target
from killswitch.tasks import start_planned
from tenants.actors import Actor
from tenants.models import Role, Tenant
from tenants.refusals import Conflict
from tenants.scope import ALL, scope
from tests.factories import actor_of, make_operator, make_tenant, make_user
from tests.killswitch.planned.factories import make_plan, start_due


@pytest.fixture
def planner(committed: None) -> Iterator[Actor]:
    with scope(ALL):
        user = make_user("support@operator.example", Role.SUPPORT, make_operator())
    yield actor_of(user)
    connection.close()


@pytest.fixture
def tenants(planner: Actor) -> list[Tenant]:
    with scope(ALL):
        return [make_tenant(f"tenant-{number}") for number in range(8)]


def planned(tenants: list[Tenant], by: Actor, starts_at: datetime) -> None:
    with scope(ALL):
        for tenant in tenants:
            make_plan(Target.of(tenant), starts_at=starts_at, by=by)


def sweep_until_stopped() -> None:
    ends = monotonic() + 20
    while monotonic() < ends and not Stop.objects.exists():
        sleep(0.2)
        start_planned()


def test_two_sweepers_at_once_start_each_plan_once(tenants: list[Tenant], planner: Actor) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    planned(tenants, planner, tomorrow)
    barrier = threading.Barrier(3)

    def sweep() -> int:
        barrier.wait()
        try:
            return start_due(tomorrow)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        started = [each.result() for each in [pool.submit(sweep) for _ in range(3)]]
    assert sum(started) == len(tenants)
    with scope(ALL):
        assert StopEvent.objects.filter(kind="made").count() == len(tenants)
        assert not StopEvent.objects.filter(kind="joined").exists()
        assert set(Plan.objects.values_list("state", flat=True)) == {"started"}


def test_of_cancelling_and_starting_at_once_one_wins(tenants: list[Tenant], planner: Actor) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    planned(tenants, planner, tomorrow)
    barrier = threading.Barrier(2)

    def cancel_all() -> int:
        with scope(ALL):
            plans = list(Plan.objects.order_by("-id"))
        barrier.wait()
        try:
            return sum(map(cancelled, plans))
        finally:
            connection.close()

    def cancelled(plan: Plan) -> bool:
        try:
            with scope(ALL):
                return services.cancel(plan, by=planner)
        except Conflict:
            return False

    def sweep() -> int:
        barrier.wait()
        try:
            return start_due(tomorrow)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = [each.result() for each in (pool.submit(cancel_all), pool.submit(sweep))]
    start_due(tomorrow)
    with scope(ALL):
        states = list(Plan.objects.values_list("state", flat=True))
        assert states.count("cancelled") == counts[0]
        assert states.count("started") == Stop.objects.active().count() == len(tenants) - counts[0]


def test_the_task_starts_it_by_the_databases_clock(tenants: list[Tenant], planner: Actor) -> None:
    planned(tenants[:1], planner, datetime.now(UTC) + timedelta(seconds=1))
    start_planned()
    with scope(ALL):
        assert not Stop.objects.exists()
    sweep_until_stopped()
    with scope(ALL):
        event = Stop.objects.get().events.get()
        assert event.evidence["late_seconds"] < 2
        # What it would end was read then.
        assert "calls_per_minute" in event.blast_radius
