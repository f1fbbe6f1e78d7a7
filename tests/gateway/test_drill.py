"""A drill with a real gateway: a real key, a real call, a real refusal."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from costs.records import Finished
from killswitch.drills import run_drill
from killswitch.drills import trial as steps
from killswitch.drills.asking import FEATURE
from killswitch.models import Drill, Stop
from tenants.actors import SYSTEM
from tenants.models import Feature
from tests.gateway.processes import paused
from tests.gateway.world import World, journalled

NAME = "gateway-of-the-tests"


@pytest.fixture
def drill(world: World, settings: Settings) -> Callable[[], Drill]:
    settings.AIOPS_GATEWAY_URL = f"{world.gateway.url}/v1"
    return lambda: run_drill(by=SYSTEM)


def test_the_gateway_refuses_it_and_lets_it_through_again(world: World, drill: Callable[[], Drill]) -> None:
    asked = world.asked()
    found = drill()
    assert (found.trouble, found.passed) == ("", True)
    assert (found.confirmed, found.total, found.reached) == (1, 1, [NAME])
    assert found.refused == found.asked >= 3
    assert [each["name"] for each in found.processes] == [NAME]
    assert found.stop_seconds is not None
    assert found.stop_seconds < 1.5
    assert world.asked() == asked


def test_its_calls_are_on_record_as_the_consoles_own_and_cost_nothing(world: World, drill: Callable[[], Drill]) -> None:
    drill()
    own = Feature.objects.get(slug=FEATURE)
    ends = [each for each in journalled(str(own.pk).encode()) if isinstance(each, Finished)]
    assert {str(each.outcome) for each in ends} == {"stopped", "refused"}
    assert [each for each in ends if each.cost and each.cost.total] == []


def test_a_gateway_that_stands_still_is_named(
    world: World, drill: Callable[[], Drill], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "_CONFIRMED_WITHIN", 0.3)
    monkeypatch.setattr(steps, "_AGAIN_WITHIN", 0.3)
    drill()
    with paused(world.gateway, 4):
        found = drill()
    assert not found.passed
    assert not Stop.objects.active().filter(feature__slug=FEATURE).exists()


def test_the_gateway_tells_monitors_what_it_knows_of_the_stops(world: World) -> None:
    world.catch_up()
    found = world.gateway.get("/healthz/killswitch")
    assert (found["status"], found["process"], found["held_stops"]) == ("ok", NAME, 0)
    assert found["paths"] == {"push": True, "database": True}
    assert found["stops_revision"] >= 0
