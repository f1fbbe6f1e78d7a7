from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from tenants.actors import Actor, ActorKind
from tenants.models import Role, Tenant, User
from tests.factories import make_key

type AsRole = Callable[[Role], APIClient]


@pytest.fixture
def as_role(operator: Tenant) -> AsRole:
    """A program with a service key of this role over all tenants, which somebody of that role made."""

    def client_of(role: Role) -> APIClient:
        client, maker = APIClient(), Actor(ActorKind.USER, str(role), f"an {role}", is_over_all=True)
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(operator, role=role, by=maker).text}")
        return client

    return client_of


@pytest.fixture
def api(as_role: AsRole) -> APIClient:
    """An admin's."""
    return as_role(Role.ADMIN)


@pytest.fixture
def nobody() -> APIClient:
    return APIClient()


@pytest.fixture
def strangers(stranger: User) -> APIClient:
    """A browser in which globex's own admin is logged in."""
    client = APIClient()
    client.force_login(stranger)
    return client


@pytest.fixture
def viewers(viewer: User) -> APIClient:
    """A browser in which acme's own viewer is logged in."""
    client = APIClient()
    client.force_login(viewer)
    return client
