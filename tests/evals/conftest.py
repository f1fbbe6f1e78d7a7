from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests import database
from tests.evals.loop import Loop, declare_loop
from tests.gateway.processes import Served, a_gateway, serving

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "quality"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Served]:
    with serving("aiops.simulator", "--chunk-delay-ms", "0") as served:
        yield served


@pytest.fixture(scope="module")
def gateway(simulator: Served) -> Iterator[Served]:
    with a_gateway("gateway-of-the-evals") as served:
        yield served


@pytest.fixture
def loop(gateway: Served, simulator: Served, settings: Settings, django_db_blocker: DjangoDbBlocker) -> Iterator[Loop]:
    """A gateway with the simulator behind it; rows are committed, as its process must see them."""
    settings.AIOPS_GATEWAY_URL = f"{gateway.url}/v1"
    with django_db_blocker.unblock():
        declare_loop(simulator)
        yield Loop(gateway, simulator)
        database.clear()
