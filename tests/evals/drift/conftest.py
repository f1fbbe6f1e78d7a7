import pytest
from django.test import Client

from evals.models import SuiteVersion
from prompts.models import PromptVersion
from tenants.models import Tenant, User
from tests.evals.drift.factories import CASES
from tests.evals.factories import make_suite
from tests.prompts.factories import make_release, make_version


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    """It is live."""
    version = make_version()
    make_release(version)
    return version


@pytest.fixture
def suite(head: PromptVersion) -> SuiteVersion:
    return make_suite(cases=CASES)


@pytest.fixture
def page(client: Client, engineer: User) -> Client:
    client.force_login(engineer)
    return client
