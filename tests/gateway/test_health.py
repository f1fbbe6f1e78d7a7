"""What a gateway says is wrong with it, and to whom."""

import asyncio
import os
from collections.abc import Callable

import pytest

from gateway.process import health
from gateway.process.faults import Fault, held_beyond, told_openly
from gateway.process.limits import Limits
from gateway.process.runtime import Runtime
from tests.killswitch.breakglass.test_folder import order_of

SAID = "OperationalError: connection to server at 10.0.0.7, port 5432 failed: no role aiops_app"


def faults_of(change: Callable[[Runtime], None]) -> list[str]:
    async def asked() -> list[str]:
        where = {"database_url": os.environ["DATABASE_URL"], "redis_url": os.environ["REDIS_URL"]}
        runtime = Runtime("gateway-1", Limits.from_settings(), **where)
        change(runtime)
        return health.faults(runtime)

    return asyncio.run(asked())


def test_why_a_configuration_is_not_in_force_is_for_the_log_alone() -> None:
    def old(runtime: Runtime) -> None:
        runtime.watcher.health.config_fault = SAID

    told = faults_of(old)
    assert Fault.OLD_CONFIG in told
    assert "10.0.0.7" not in " ".join(told)


def test_what_a_configuration_lacks_is_named_to_nobody_without_a_key() -> None:
    told = told_openly([Fault.NO_PUSHES, "the key of acme-ai does not open", "prompt welcome v1: broken"])
    assert told == [Fault.NO_PUSHES, "a part of the configuration is not in force here: the log says which"]


@pytest.mark.parametrize(("works", "told"), [(True, Fault.HELD), (False, Fault.HELD_MEANWHILE)])
def test_of_what_is_held_it_advises_what_can_be_done_just_now(works: bool, told: Fault) -> None:
    def hold(runtime: Runtime) -> None:
        runtime.watcher.health.database_works = works
        runtime.stops.hold(order_of().stop)

    assert set(faults_of(hold)) & {Fault.HELD, Fault.HELD_MEANWHILE} == {told}
    assert told_openly([told]) == [told]


def test_more_held_stops_than_are_listed_are_counted_openly() -> None:
    said = held_beyond(200, 350)
    assert told_openly([said, Fault.HELD]) == [said, Fault.HELD]
    assert said.endswith("; 200 of 350 are listed")
