from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from costs.records import Finished
from tenants.models import Feature, Tenant, User
from tests.costs.factories import make_finished, make_opened, record

type Make = Callable[..., Finished]
TAGS = {
    "user", "session", "environment", "model_asked", "chain", "prompt_version", "prompt_choice", "streamed", "simulated"
}  # fmt: skip


@pytest.fixture
def now() -> datetime:
    """The page reads the clock itself."""
    return datetime.now(UTC)


@pytest.fixture
def page(client: Client, support: User) -> Client:
    client.force_login(support)
    return client


@pytest.fixture
def make(acme: Tenant, answers: Feature, now: datetime) -> Make:
    """Records a call of acme's answers some minutes ago, unless told otherwise."""

    def make_it(minutes: float = 1, *, tenant: Tenant = acme, feature: Feature = answers, **values: Any) -> Finished:
        tags = {name: values.pop(name) for name in TAGS & set(values)}
        opened = make_opened(at=now - timedelta(minutes=minutes), tenant=tenant.pk, feature=feature.pk, **tags)
        finished = make_finished(opened, **values)
        record(finished, at=now)
        return finished

    return make_it
