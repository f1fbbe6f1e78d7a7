from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests import database
from tests.gateway.processes import HTTP, Served, a_gateway, serving
from tests.gateway.world import Customer, World, declare


@pytest.fixture(scope="session")
def simulator() -> Iterator[Served]:
    with serving("aiops.simulator", "--chunk-delay-ms", "0") as served:
        yield served


@pytest.fixture(scope="module")
def running_gateway(simulator: Served) -> Iterator[Served]:
    """Not for longer: a gateway that is there says so in the database, and other tests count them."""
    with a_gateway("gateway-of-the-tests") as served:
        yield served


@pytest.fixture(scope="module")
def declared(running_gateway: Served, simulator: Served, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock():
        yield World(running_gateway, simulator, *declare(simulator))
        database.clear()


@pytest.fixture
def world(declared: World) -> Iterator[World]:
    """A gateway with a provider behind it that does as it is told, and forgets it after the test."""
    yield declared
    HTTP.delete(f"{declared.simulator.url}/control/faults").raise_for_status()


@pytest.fixture
def customer(world: World) -> Customer:
    return world.customer()
