import pytest
from django.test import Client

from prompts.models import PromptVersion
from tenants.models import User
from tests.prompts.pages.factories import make_version, release


@pytest.fixture
def page(client: Client, engineer: User) -> Client:
    client.force_login(engineer)
    return client


@pytest.fixture
def reader(client: Client, support: User) -> Client:
    """Of staff, and may release nothing."""
    client.force_login(support)
    return client


@pytest.fixture
def live(engineer: User) -> PromptVersion:
    """v1, served in production."""
    version = make_version()
    release(version)
    return version


@pytest.fixture
def head(live: PromptVersion) -> PromptVersion:
    """v2, which nobody is served yet."""
    return make_version("Refunds are possible within 14 days.\nAsk for the order number first.")
