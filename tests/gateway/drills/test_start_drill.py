"""A drill is started by a person, the API, or the clock."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from aiops.celery import app
from gateway.drills import NoDrillNow, plan_drills, start_drill, start_due
from gateway.models import Chain, ChainDrill, DrillPlan
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Process, Tenant
from tenants.queueing import QueueAway
from tenants.refusals import Invalid
from tests.conftest import NOW

# A Sunday, at 02:14:07.
MONDAY = NOW.replace(hour=0, minute=0, second=0) + timedelta(days=1)


def start(chain: Chain, at: datetime = NOW) -> ChainDrill:
    return start_drill(chain, by=SYSTEM, at=at)


def test_it_is_written_down_and_queued_once_it_is_committed(
    chain: Chain, gateways: list[Process], queued: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        drill = start(chain)
        assert queued == []
    assert queued == [("gateway.tasks.run_drill", str(drill.pk))]
    assert (drill.total, drill.scheduled, drill.outcome) == (2, False, "under way")


def test_a_second_one_at_once_is_refused(chain: Chain, gateways: list[Process]) -> None:
    start(chain)
    with pytest.raises(NoDrillNow, match="is under way"):
        start(chain)


def test_one_whose_worker_died_gives_way(chain: Chain, gateways: list[Process]) -> None:
    lost = start(chain)
    ChainDrill.objects.update(held_by=uuid4(), held_until=datetime.now(UTC) - timedelta(seconds=1))
    start(chain, NOW + timedelta(seconds=90))
    lost.refresh_from_db()
    assert (lost.passed, lost.trouble) == (False, "The worker that ran this drill ended in the middle of it.")


def test_one_whose_worker_lives_is_not_lost_however_long_it_takes(chain: Chain, gateways: list[Process]) -> None:
    start(chain)
    ChainDrill.objects.update(held_by=uuid4(), held_until=datetime.now(UTC) + timedelta(minutes=1))
    with pytest.raises(NoDrillNow, match="is under way"):
        start(chain, NOW + timedelta(hours=2))


def test_one_that_no_worker_took_up_is_ended_by_the_clock(chain: Chain, gateways: list[Process]) -> None:
    left = start(chain)
    start_due(at=NOW + timedelta(minutes=16))
    left.refresh_from_db()
    assert (left.passed, left.trouble) == (False, "No worker took it up within a quarter of an hour.")


def test_a_chain_of_one_model_has_nothing_to_try(chain: Chain, gateways: list[Process]) -> None:
    lonely = declare_chain("lonely", members=[Member("mini")], by=SYSTEM).row
    with pytest.raises(NoDrillNow, match="has one model"):
        start(lonely)


def test_without_a_gateway_there_is_nothing_to_ask(chain: Chain) -> None:
    with pytest.raises(NoDrillNow, match="No gateway is running"):
        start(chain)


def test_a_broker_that_is_away_starts_no_drill(
    chain: Chain, gateways: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    away = partial(app.connection_for_write, "redis://127.0.0.1:9")
    monkeypatch.setattr(app, "connection_for_write", away)
    with pytest.raises(QueueAway, match="nothing was started"):
        start(chain)
    assert not ChainDrill.objects.exists()


def test_a_broker_that_goes_away_in_between_is_the_drills_trouble(
    chain: Chain, gateways: list[Process], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        drill = start(chain)
    drill.refresh_from_db()
    assert (drill.passed, drill.trouble) == (False, "No worker could be told of it: its queue does not answer.")


def test_what_has_no_finding_cannot_pass(chain: Chain) -> None:
    with pytest.raises(IntegrityError, match="passed_chain_drills_are_finished"), transaction.atomic():
        ChainDrill.objects.create(chain=chain, started_at=NOW, started_by="x", passed=True)


def test_a_daily_one_is_due_once_a_day_at_its_hour(chain: Chain, gateways: list[Process]) -> None:
    plan_drills(chain, every="day", hour=3, by=SYSTEM, at=NOW)
    three = NOW.replace(hour=3, minute=0, second=0)
    assert start_due(at=three - timedelta(seconds=1)) == []
    [drill] = start_due(at=three)
    assert drill.scheduled
    ChainDrill.objects.update(finished_at=three)
    assert start_due(at=three + timedelta(hours=1)) == []
    assert len(start_due(at=three + timedelta(days=1))) == 1


def test_a_weekly_one_is_due_on_mondays(chain: Chain, gateways: list[Process]) -> None:
    plan_drills(chain, every="week", hour=6, by=SYSTEM, at=NOW)
    six = MONDAY.replace(hour=6)
    assert start_due(at=six - timedelta(minutes=1)) == []
    assert len(start_due(at=six)) == 1
    ChainDrill.objects.update(finished_at=six)
    assert start_due(at=six + timedelta(days=6)) == []
    assert len(start_due(at=six + timedelta(days=7))) == 1


def test_what_was_due_before_it_was_planned_is_not_made_up_for(chain: Chain, gateways: list[Process]) -> None:
    plan_drills(chain, every="day", hour=1, by=SYSTEM, at=NOW)
    assert start_due(at=NOW + timedelta(minutes=1)) == []


def test_one_that_cannot_be_held_now_is_held_at_the_next_look(chain: Chain, gateways: list[Process]) -> None:
    plan_drills(chain, every="day", hour=3, by=SYSTEM, at=NOW)
    three = NOW.replace(hour=3, minute=0, second=0)
    Process.objects.all().delete()
    assert start_due(at=three) == []


def test_a_plan_is_changed_taken_away_and_audited(chain: Chain, operator: Tenant) -> None:
    plan_drills(chain, every="day", hour=3, by=SYSTEM, at=NOW)
    plan_drills(chain, every="week", hour=4, by=SYSTEM, at=NOW)
    plan_drills(chain, every="week", hour=4, by=SYSTEM, at=NOW)
    plan_drills(chain, every="", hour=4, by=SYSTEM, at=NOW)
    assert not DrillPlan.objects.exists()
    assert AuditEntry.objects.of(operator).filter(action="chain.drill_planned").count() == 3


@pytest.mark.parametrize(("every", "hour"), [("month", 3), ("day", 24), ("day", -1)])
def test_a_plan_that_cannot_be_is_refused(chain: Chain, every: str, hour: int) -> None:
    with pytest.raises(Invalid):
        plan_drills(chain, every=every, hour=hour, by=SYSTEM, at=NOW)
