from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.clients import installing
from tests.clients.runs import Run, Script, Stage, set_stage
from tests.gateway.conftest import declared, running_gateway, simulator
from tests.gateway.processes import HTTP
from tests.gateway.world import World

type RunOf = Callable[[Script], Run]

_COMMANDS = {"own": installing.own_python, "python": installing.python, "node": installing.node}

__all__ = ["declared", "running_gateway", "simulator"]


@pytest.fixture(scope="module")
def stage(declared: World) -> Iterator[Stage]:
    yield set_stage(declared)
    HTTP.delete(f"{declared.simulator.url}/control/faults").raise_for_status()


@pytest.fixture(scope="module")
def run_of(stage: Stage) -> RunOf:
    """Each script is run once for all tests of a file."""

    @cache
    def run_of(script: Script) -> Run:
        return stage.run(_COMMANDS[script.runtime](script.name))

    return run_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of a file waits for its client, and perhaps for the packages."""
    for item in items:
        if "clients" in item.path.parts:
            item.add_marker(pytest.mark.timeout(400))
