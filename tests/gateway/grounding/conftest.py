from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from gateway.grounding.policy import Mode, Unverified
from gateway.services import declare_grounding
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.conftest import customer, declared, running_gateway, simulator, world
from tests.gateway.world import World

type Demand = Callable[..., None]

SOURCES: list[dict[str, str]] = [
    {
        "id": "kb-7",
        "title": "Send a parcel back",
        "text": "You can send a parcel  back within 30 days of delivery.\nPrint the label in your account.",
    },
    {"id": "kb-9", "title": "Gift cards", "text": "Gift cards are valid for 3 years from the day of purchase."},
]


@pytest.fixture
def demand(world: World) -> Demand:
    """The feature `answers` demands this of its answers, and the gateway knows it."""

    def demand(mode: str, min_confidence: str = "0", unverified: str = "drop") -> None:
        with scope(ALL):
            declare_grounding(
                world.answers,
                mode=Mode(mode),
                min_confidence=Decimal(min_confidence),
                unverified=Unverified(unverified),
                by=SYSTEM,
            )
        world.catch_up()

    return demand


def body(question: str = "How do I send a parcel back?", model: str = "mini", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": question}], "sources": SOURCES, **more}


__all__ = ["customer", "declared", "running_gateway", "simulator", "world"]
