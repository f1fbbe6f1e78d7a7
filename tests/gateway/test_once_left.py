"""A call with an idempotency key whose caller has hung up: its answer is for whoever sends it again."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from costs.records import Finished, Outcome
from tests.gateway.processes import HTTP
from tests.gateway.world import QUESTION, Customer, World

HASTY: dict[str, Any] = {"model": "hasty", "messages": QUESTION}


def left(customer: Customer, world: World, tags: Mapping[str, str]) -> Finished:
    """Its first model is silent for a second, and its caller listens for less."""
    world.fail("sim-mini", "timeout", count=1)
    headers = {"Authorization": f"Bearer {customer.key}", "X-AIOps-Feature": "answers", **tags}
    with pytest.raises(httpx.ReadTimeout):
        HTTP.post(f"{customer.gateway.url}/v1/chat/completions", json=HASTY, headers=headers, timeout=0.3)
    return world.record_for(tags["X-AIOps-User"])


def test_the_next_model_is_asked_and_the_answer_kept(customer: Customer, world: World) -> None:
    tags = {"X-AIOps-User": f"{uuid4()}@customer.example", "X-AIOps-Idempotency-Key": str(uuid4())}
    record = left(customer, world, tags)
    assert (record.outcome, [hop.reason for hop in record.hops]) == (Outcome.OK, ["timeout", ""])
    again = customer.post(HASTY, **tags)
    assert (again.status_code, again.headers["x-aiops-replayed"]) == (200, "true")
    assert again.headers["x-aiops-model"] == "simulator/sim-large"


def test_without_a_key_nobody_else_is_asked(customer: Customer, world: World) -> None:
    record = left(customer, world, {"X-AIOps-User": f"{uuid4()}@customer.example"})
    assert (record.outcome, [hop.reason for hop in record.hops]) == (Outcome.CANCELLED, ["timeout"])
