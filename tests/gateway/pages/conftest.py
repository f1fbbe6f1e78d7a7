import pytest
from django.test import Client

from gateway.models import Chain
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.models import Tenant, User
from tests.gateway.test_declare import make_models


@pytest.fixture
def page(client: Client, engineer: User) -> Client:
    client.force_login(engineer)
    return client


@pytest.fixture
def reader(client: Client, manager: User) -> Client:
    """Of staff, and may change nothing."""
    client.force_login(manager)
    return client


@pytest.fixture
def chain(operator: Tenant) -> Chain:
    make_models("mini", "large", "spare")
    return declare_chain("default", members=[Member("mini"), Member("large")], by=SYSTEM).row
