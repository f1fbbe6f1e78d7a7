"""How the models of a chain stand, and why, for who has no browser."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from gateway.breakers.reading import Standing, State
from gateway.models import Chain
from gateway.standing import states
from killswitch import services as switches
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Role
from tests.api.conftest import AsRole
from tests.evals.parity.factories import make_chain

LATER = datetime(2026, 11, 22, 3, 0, 5, tzinfo=UTC)


@pytest.fixture
def chain(api: APIClient) -> Chain:
    return make_chain("first", "second")


def members(api: APIClient) -> list[Any]:
    found: list[Any] = api.get("/api/v1/chains/default/").json()["members"]
    return found


def test_each_member_says_how_it_stands_and_why(api: APIClient, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "acme-ai/first": Standing(State.COOLING, until=LATER, reason="429"),
        "acme-ai/second": Standing(State.CLOSED),
    }
    monkeypatch.setattr(states, "standings", lambda models, at: told)
    first, second = members(api)
    assert (first["state"], first["why"], first["until"]) == (
        "cooling",
        "its limit was reached",
        "2026-11-22T03:00:05Z",
    )
    assert (second["state"], second["label"], second["failed_24h"]) == ("not_asked", "acme-ai/second", 0)


def test_one_that_is_stopped_says_so(api: APIClient, chain: Chain) -> None:
    order = switches.Order(target=Target.model("second"), reason=Stop.Reason.OUTAGE)
    switches.stop(order, by=SYSTEM, at=datetime.now(UTC))
    assert (members(api)[1]["state"], "provider outage" in members(api)[1]["why"]) == ("stopped", True)


def test_without_a_fallback_there_is_none(api: APIClient, chain: Chain) -> None:
    assert api.get("/api/v1/chains/default/").json()["last_fallback"] is None


def test_how_a_chain_stands_is_the_operators_to_know(
    strangers: APIClient, viewers: APIClient, as_role: AsRole, chain: Chain
) -> None:
    assert [who.get("/api/v1/chains/default/").status_code for who in (strangers, viewers)] == [403, 403]
    assert APIClient().get("/api/v1/chains/default/").status_code == 401
    assert as_role(Role.AUDITOR).get("/api/v1/chains/default/").status_code == 200


def test_it_is_read_and_set_and_nothing_else(api: APIClient, chain: Chain) -> None:
    assert [api.post("/api/v1/chains/default/").status_code, api.delete("/api/v1/chains/default/").status_code] == [
        405,
        405,
    ]
    assert api.get("/api/v1/chains/nothing/").status_code == 404
