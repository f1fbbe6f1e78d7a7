from datetime import UTC, datetime
from uuid import uuid4

import pytest

from aiops.celery import app
from gateway.models import Chain
from gateway.services import Member, declare_chain
from tenants.actors import SYSTEM
from tenants.models import Process, Tenant
from tests.gateway.test_declare import make_models


@pytest.fixture
def chain(operator: Tenant) -> Chain:
    make_models("mini", "large")
    return declare_chain("default", members=[Member("mini"), Member("large")], by=SYSTEM).row


@pytest.fixture
def gateways(operator: Tenant) -> list[Process]:
    at = datetime.now(UTC)
    return [
        Process.objects.create(
            id=uuid4(), kind="gateway", name=f"gateway-{number}", host="here", pid=number, started_at=at, seen_at=at,
            stops_revision=1, config_revision=1, push_works=True, open_calls=0,
        )
        for number in (1, 2)
    ]  # fmt: skip


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What workers were told to run."""
    sent: list[tuple[str, ...]] = []
    monkeypatch.setattr(app, "send_task", lambda name, args, **options: sent.append((name, *args)))
    return sent
