from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from integrations.models import Connection
from tenants.actors import Actor
from tenants.models import Role, Tenant, User
from tests.api.conftest import AsRole
from tests.factories import actor_of, make_key
from tests.integrations.asking import with_key
from tests.integrations.factories import make_connection
from tests.integrations.stand_in import StandIn, serving


@pytest.fixture
def now() -> datetime:
    """Requests take real time; so the clock is the real one."""
    return datetime.now(UTC)


@pytest.fixture
def tryton() -> Iterator[StandIn]:
    with serving() as stand_in:
        yield stand_in


@pytest.fixture
def by_engineer(engineer: User) -> Actor:
    return actor_of(engineer)


@pytest.fixture
def connection(acme: Tenant, tryton: StandIn) -> Connection:
    """Acme's, to the stand-in; its writes wait for a person."""
    return make_connection(acme, tryton.url)


@pytest.fixture
def allowing(acme: Tenant, tryton: StandIn) -> Connection:
    """The same, and its writes are sent at once."""
    return make_connection(acme, tryton.url, writes="allow")


@pytest.fixture
def make_one(tryton: StandIn) -> Callable[..., Connection]:
    return lambda tenant, **values: make_connection(tenant, tryton.url, **values)


@pytest.fixture
def as_role(operator: Tenant) -> AsRole:
    return lambda role: with_key(make_key(operator, role=role).text)


@pytest.fixture
def api(as_role: AsRole) -> APIClient:
    """An admin's."""
    return as_role(Role.ADMIN)


@pytest.fixture
def nobody() -> APIClient:
    return APIClient()
