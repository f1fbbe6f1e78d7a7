import pytest

from tests.gateway.conftest import customer, declared, running_gateway, simulator, world
from tests.gateway.world import World
from tests.killswitch.matrix.places import declare_spares

__all__ = ["customer", "declared", "running_gateway", "simulator", "world"]


@pytest.fixture(scope="module")
def grounds(declared: World) -> World:
    """Where places can be made."""
    declare_spares(declared.simulator)
    return declared
