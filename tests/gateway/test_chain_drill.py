"""A chain tried out on a running gateway: a real key, a real call, a first model that is made to fail."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from gateway.drills import holding
from gateway.drills.asking import Asker, Reached
from gateway.drills.running import run_drill
from gateway.models import Chain, ChainDrill
from tenants.models import Tenant
from tenants.scope import ALL, scope
from tests.factories import make_operator
from tests.gateway.processes import until
from tests.gateway.world import World


@pytest.fixture
def drill(world: World, settings: Settings) -> Iterator[Callable[[str], ChainDrill]]:
    settings.AIOPS_GATEWAY_URL = f"{world.gateway.url}/v1"

    def run(slug: str = "default") -> ChainDrill:
        with scope(ALL):
            make_operator()
            chain, at = Chain.objects.get(slug=slug), datetime.now(UTC)
            found = ChainDrill.objects.create(chain=chain, started_at=at, started_by="Ada", total=1)
        return run_drill(found)

    yield run
    ChainDrill.objects.all().delete()


def test_the_second_model_answers_and_the_first_is_not_asked(world: World, drill: Callable[[], ChainDrill]) -> None:
    before = world.asked()
    found = drill()
    assert (found.trouble, found.passed) == ("", True)
    [answer] = found.answers
    assert (answer["process"], answer["failed"], answer["served"]) == (
        "gateway-of-the-tests",
        "simulator/sim-mini",
        "simulator/sim-large",
    )
    assert answer["hops"] == [["simulator/sim-mini", "drill"]]
    assert world.asked() == before + 1


def test_its_runner_holds_it_for_as_long_as_it_asks(
    world: World, drill: Callable[[], ChainDrill], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "HOLD_AGAIN_SECONDS", 0.05)
    ask = Asker.__call__

    def slow(asker: Asker, known: Collection[str]) -> Reached:
        held = ChainDrill.objects.get().held_until
        until(lambda: ChainDrill.objects.get().held_until > held)
        return ask(asker, known)

    monkeypatch.setattr(Asker, "__call__", slow)
    assert drill().trouble == ""


def test_its_call_is_on_record_as_the_operators_own(world: World, drill: Callable[[], ChainDrill]) -> None:
    [call] = [each["call"] for each in drill().answers]
    record = world.record_of(call)
    with scope(ALL):
        operator = Tenant.objects.operator()
    assert (record.call.tenant, record.call.user, record.fallback) == (operator.pk, "system:drill", True)


def test_a_second_model_that_fails_as_well_fails_the_drill(world: World, drill: Callable[[], ChainDrill]) -> None:
    world.fail("sim-large", "500")
    found = drill()
    assert not found.passed
    assert found.trouble.startswith("gateway-of-the-tests: 502 no_model_answered")
    assert found.answers[0]["served"] == ""


def test_a_gateway_that_is_away_is_told_as_such(
    world: World, drill: Callable[[], ChainDrill], settings: Settings
) -> None:
    settings.AIOPS_GATEWAY_URL = "http://127.0.0.1:9/v1"
    found = drill()
    assert found.trouble == "A gateway: the gateway could not be reached."
