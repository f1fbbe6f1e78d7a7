"""A model that fails behind a running gateway: a rule trips in two looks, and lets it through again step by step."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from costs import segments
from costs.heartbeat import Heartbeat
from costs.models import Call
from costs.recorder.recorder import Recorder
from gateway.process.limits import Limits
from killswitch import scopes
from killswitch.models import Rule, Stop, Trip
from killswitch.rules.looking import look_at_all
from killswitch.rules.reading import read
from killswitch.snapshot import read as read_stops
from tenants.scope import ALL, scope
from tests.gateway.conftest import declared, running_gateway, simulator, world
from tests.gateway.processes import until
from tests.gateway.world import QUESTION, Customer, World
from tests.killswitch.rules.factories import a_live_rule

__all__ = ["declared", "running_gateway", "simulator", "world"]

ROAD = scopes.road_keys("simulator", "mini")


@pytest.fixture
def journal() -> Path:
    """Without what the gateways of other tests left there: their calls of the same model were all well."""
    journal = Limits.from_settings().journal
    for segment in segments.all_of(journal):
        if not segment.is_locked():
            segment.path.unlink()
    return journal


@pytest.fixture
def rule(world: World, journal: Path, settings: Settings, tmp_path: Path) -> Rule:
    """The recorder that tells how it is has a folder of its own; the gateway writes where it always does."""
    settings.AIOPS_HOME = tmp_path
    with scope(ALL):
        return a_live_rule(at=datetime.now(UTC))


def call(customer: Customer, users: int = 4, times: int = 6) -> list[int]:
    """Of a chain whose first model may fail; how they were answered."""
    body = {"model": "default", "messages": QUESTION}
    return [
        customer.post(body, **{"X-AIOps-User": f"user-{number % users}"}).status_code for number in range(users * times)
    ]


def record_all(journal: Path, customer: Customer, *, wanted: int) -> None:
    """As the recorder does, until so many of theirs are in PostgreSQL; the journal has those of other tests, too."""
    recorder = Recorder(journal)

    def is_recorded() -> bool:
        recorder.step()
        with scope(ALL):
            return Call.objects.filter(tenant=customer.tenant.pk).count() >= wanted

    until(is_recorded)


def look(home: Path, at: datetime) -> None:
    Heartbeat(at=at, pid=1, started_at=at, backlog_bytes=0).write(home)
    look_at_all(read, at=at)


def the_stop() -> Stop:
    with scope(ALL):
        return Stop.objects.get(origin="rule")


def admitted(draw: int) -> bool:
    with scope(ALL):
        return read_stops().as_stops().find(ROAD, draw=draw) is None


def test_a_failing_model_trips_and_recovers(world: World, rule: Rule, journal: Path, tmp_path: Path) -> None:
    customer, seconds = world.customer(), timedelta(seconds=1)
    world.fail("sim-mini", "500")
    # The chain answers from its second model all the while.
    assert set(call(customer)) == {200}
    called_at = datetime.now(UTC)
    record_all(journal, customer, wanted=24)
    look(tmp_path, called_at)
    with scope(ALL):
        assert Stop.objects.count() == 0
    look(tmp_path, called_at + 10 * seconds)
    stop = the_stop()
    assert (stop.target, stop.state, stop.mode) == ("model:mini", "active", "refuse")
    with scope(ALL):
        evidence = stop.events.get().evidence
    assert (evidence["calls"], evidence["bad"], evidence["callers"], len(evidence["sample"])) == (24, 24, 4, 10)
    assert not admitted(0)
    look(tmp_path, called_at + 80 * seconds)
    assert (admitted(4), admitted(5)) == (True, False)
    look(tmp_path, called_at + 390 * seconds)
    assert (admitted(24), admitted(25)) == (True, False)
    look(tmp_path, called_at + 400 * seconds)
    look(tmp_path, called_at + 710 * seconds)
    assert the_stop().state == "lifted"
    with scope(ALL):
        assert [trip.ended for trip in Trip.objects.all()] == ["cleared"]
