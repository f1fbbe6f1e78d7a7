from datetime import UTC, datetime

import pytest
from django.test import Client

from tenants.models import User


@pytest.fixture
def now() -> datetime:
    """The pages read the clock themselves."""
    return datetime.now(UTC)


@pytest.fixture
def page(client: Client, support: User) -> Client:
    client.force_login(support)
    return client


@pytest.fixture
def colleague(admin: User) -> User:
    """Somebody else of the operator who may turn things off."""
    return admin
