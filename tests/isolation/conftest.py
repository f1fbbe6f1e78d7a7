from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from tenants.models import Role, User
from tests.conftest import NOW
from tests.database import lasting
from tests.factories import actor_of, make_feature, make_operator, make_tenant, make_user
from tests.isolation.things import things_of


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """Made once: no test changes them for another."""
    with lasting(django_db_blocker):
        acme, _ = make_tenant("acme", name="Acme Robotics"), make_tenant("globex", name="Globex Shipping")
        support = make_user("support@operator.example", Role.SUPPORT, make_operator())
        yield things_of(acme, make_feature("answers", name="Answer assistant"), actor_of(support), NOW)


@pytest.fixture
def acmes(things: dict[str, Any], everything: None) -> dict[str, Any]:
    return things


@pytest.fixture
def strangers(client: Client, stranger: User) -> Client:
    client.force_login(stranger)
    return client
