from datetime import UTC, datetime

import pytest
from django.test import Client

from tenants.models import User


@pytest.fixture
def now() -> datetime:
    """The page reads the clock itself."""
    return datetime.now(UTC)


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client
