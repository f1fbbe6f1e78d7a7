"""Calls of a canary and of what it is tried beside."""

from datetime import timedelta
from typing import Any

from costs.records import Finished
from costs.reports.arms import Comparison, canary_beside
from prompts.models import PromptVersion
from tenants.models import Tenant
from tests.costs.factories import NOW, make_finished, make_opened

BEGAN = NOW - timedelta(hours=2)


def opened(version: PromptVersion, tenant: Tenant, **values: Any) -> Any:
    return make_opened(tenant=tenant.pk, prompt_version=version.hash, **{"at": NOW - timedelta(hours=1)} | values)


def several(count: int, version: PromptVersion, tenant: Tenant, **values: Any) -> list[Finished]:
    return [make_finished(opened(version, tenant, user=f"user-{n}"), **values) for n in range(count)]


def compared(version: PromptVersion, tenant: Tenant | None = None) -> Comparison:
    found = canary_beside(version.prompt, "production", tenant, at=NOW)
    assert found is not None
    return found


def left_out(found: Comparison) -> tuple[int, int, int]:
    return found.head.calls, found.left_out.calls, found.left_out.tenants
