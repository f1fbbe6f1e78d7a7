"""Two programs that change one budget at the same time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from costs.budgets import declare_budget, remove_budget
from costs.models import Budget
from tenants import revisions
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Revision, Role
from tenants.scope import ALL, scope
from tests.factories import make_key, make_operator, make_tenant
from tests.gateway.processes import until

AT = datetime.now(UTC)


@pytest.fixture
def api(committed: None) -> APIClient:
    with scope(ALL):
        key = make_key(make_operator(), role=Role.ADMIN).text
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def budget(api: APIClient) -> Budget:
    with scope(ALL):
        return declare_budget(make_tenant("acme"), amount_usd=Decimal(10), by=SYSTEM, at=AT).row


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def meanwhile(ask: Callable[[], Any], change: Callable[[], object]) -> Any:
    """What is asked has begun, and waits, while the change is made."""

    def asked() -> Any:
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with revisions.changing(Revision.Name.CONFIG), scope(ALL):
            answer: Future[Any] = pool.submit(asked)
            until(is_waited_for)
            change()
        return answer.result(timeout=10)


def test_neither_of_two_changes_is_lost(api: APIClient, budget: Budget) -> None:
    answer = meanwhile(
        lambda: api.patch(f"/api/v1/budgets/{budget.pk}/", {"kind": "hard"}, format="json"),
        lambda: declare_budget(budget.tenant, amount_usd=Decimal(20), by=SYSTEM, at=AT),
    )
    assert (answer.status_code, answer.json()["amount_usd"], answer.json()["kind"]) == (200, "20", "hard")


def test_what_is_removed_meanwhile_is_not_set_again(api: APIClient, budget: Budget) -> None:
    answer = meanwhile(
        lambda: api.patch(f"/api/v1/budgets/{budget.pk}/", {"kind": "hard"}, format="json"),
        lambda: remove_budget(budget, by=SYSTEM, at=AT),
    )
    assert answer.status_code == 404
    with scope(ALL):
        assert not Budget.objects.exists()


def test_what_is_removed_is_on_record_as_it_was_last(api: APIClient, budget: Budget) -> None:
    meanwhile(
        lambda: api.delete(f"/api/v1/budgets/{budget.pk}/"),
        lambda: declare_budget(budget.tenant, amount_usd=Decimal(20), by=SYSTEM, at=AT),
    )
    with scope(ALL):
        entry = AuditEntry.objects.filter(action="budget.removed").get()
    assert '"amount_usd":"20"' in (entry.payload or "")
