"""Calls of `/v1/responses`, and a provider that has it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from costs.budgets import declare_budget
from costs.models import Budget
from gateway.services import Member, declare_chain, declare_model, declare_provider
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.processes import HTTP
from tests.gateway.world import Customer, World

QUESTION = "How do I send a parcel back?"
ANSWER = "You can send a parcel back within 30 days of delivery."
BOTH = pytest.mark.parametrize("model", ["mini", "native"])


def declare_native(declared: World) -> None:
    """A provider that has /responses of its own; chains that begin with it, and with one that does not."""
    with scope(ALL):
        declare_provider(
            "native", name="Native", base_url=f"{declared.simulator.url}/v1", pricing_provider="openai",
            simulated=True, allow_private=True, has_responses=True, by=SYSTEM,
        )  # fmt: skip
        declare_model("native", provider="native", upstream="sim-mini", by=SYSTEM)
        declare_model("native-tired", provider="native", upstream="sim-tired", by=SYSTEM)
        declare_chain("native-first", members=[Member("native-tired"), Member("large")], by=SYSTEM)
        declare_chain("native-last", members=[Member("mini"), Member("native")], by=SYSTEM)
    declared.catch_up()


def post(customer: Customer, **body: Any) -> httpx.Response:
    tags = {"X-AIOps-Feature": body.pop("feature", "answers"), "X-AIOps-User": "ann@customer.example"}
    headers = {"Authorization": f"Bearer {customer.key}", **tags}
    asked = {"model": "mini", "input": QUESTION, **body}
    return HTTP.post(f"{customer.gateway.url}/v1/responses", headers=headers, json=asked)


def limit(world: World, customer: Customer) -> None:
    """A hard budget that is far from spent."""
    at = datetime.now(UTC)
    with scope(ALL):
        declare_budget(customer.tenant, amount_usd=Decimal(1), kind=Budget.Kind.HARD, by=SYSTEM, at=at)
    world.catch_up()
