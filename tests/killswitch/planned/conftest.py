from datetime import UTC, datetime, timedelta

import pytest

from tenants.actors import Actor
from tenants.models import Role, Tenant, User
from tenants.principals import of_user
from tests.factories import make_user


@pytest.fixture
def tomorrow() -> datetime:
    """Plans are judged by the database's clock, which tests do not set."""
    return (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)


@pytest.fixture
def theirs(acme: Tenant) -> User:
    """The tenant's own admin."""
    return make_user("ann@acme.example", Role.TENANT_ADMIN, acme)


@pytest.fixture
def by_theirs(theirs: User) -> Actor:
    return of_user(theirs).actor
