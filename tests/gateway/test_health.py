"""What a gateway says is wrong with it, and to whom."""

import asyncio
import os

from gateway import health
from gateway.faults import Fault, held_beyond, told_openly
from gateway.limits import Limits
from gateway.runtime import Runtime

SAID = "OperationalError: connection to server at 10.0.0.7, port 5432 failed: no role aiops_app"


def test_why_a_configuration_is_not_in_force_is_for_the_log_alone() -> None:
    async def faults() -> list[str]:
        where = {"database_url": os.environ["DATABASE_URL"], "redis_url": os.environ["REDIS_URL"]}
        runtime = Runtime("gateway-1", Limits.from_settings(), **where)
        runtime.watcher.health.config_fault = SAID
        return health.faults(runtime)

    told = asyncio.run(faults())
    assert Fault.OLD_CONFIG in told
    assert "10.0.0.7" not in " ".join(told)


def test_what_a_configuration_lacks_is_named_to_nobody_without_a_key() -> None:
    told = told_openly([Fault.NO_PUSHES, "the key of acme-ai does not open", "prompt welcome v1: broken"])
    assert told == [Fault.NO_PUSHES, "a part of the configuration is not in force here: the log says which"]


def test_more_held_stops_than_are_listed_are_counted_openly() -> None:
    said = held_beyond(200, 350)
    assert told_openly([said, Fault.HELD]) == [said, Fault.HELD]
    assert said.endswith("; 200 of 350 are listed")
