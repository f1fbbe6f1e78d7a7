"""Names of chains that nobody declares, and what a call means that names nothing."""

from typing import Any

import pytest

from gateway.models import Model
from gateway.services import Member, declare_chain, declare_feature_chain, declare_model
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"messages": QUESTION}


@pytest.fixture
def chosen(world: World) -> World:
    """The chain of `answers` is `default`; drafts has none."""
    with scope(ALL):
        declare_feature_chain(world.answers, chain="default", by=SYSTEM)
    world.catch_up()
    return world


def names(customer: Customer) -> dict[str, str]:
    with customer.openai() as client:
        return {model.id: model.owned_by for model in client.models.list()}


def test_every_chain_has_an_alias(customer: Customer, world: World) -> None:
    response = customer.post({**CALL, "model": "aiops-default"})
    assert response.headers["x-aiops-model"] == "simulator/sim-mini"
    call = world.record_of(response.headers["x-aiops-call-id"]).call
    assert (call.chain, call.model_asked) == ("default", "aiops-default")


@pytest.mark.parametrize("name", ["aiops-mini", "aiops-", "aiops-nothing", "aiops-aiops-default", "AIOPS-default"])
def test_a_model_has_none_and_nothing_else_neither(customer: Customer, name: str) -> None:
    response = customer.post({**CALL, "model": name})
    assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("body", [{}, {"model": ""}, {"model": None}, {"model": "aiops-auto"}])
@pytest.mark.parametrize("stream", [False, True])
def test_a_call_that_names_no_model_gets_its_features_chain(
    chosen: World, customer: Customer, body: dict[str, Any], stream: bool
) -> None:
    chosen.fail("sim-mini", "500", count=1)
    response = customer.post({**CALL, **body, "stream": stream})
    assert response.is_success
    assert response.headers["x-aiops-model"] == "simulator/sim-large"
    assert chosen.record_of(response.headers["x-aiops-call-id"]).call.chain == "default"


def test_a_tenants_own_chain_wins(chosen: World, customer: Customer) -> None:
    with scope(ALL):
        declare_feature_chain(chosen.answers, tenant=customer.tenant, chain="quick", by=SYSTEM)
    chosen.catch_up()
    calls = [who.post(CALL).headers["x-aiops-call-id"] for who in (customer, chosen.customer())]
    assert [chosen.record_of(call).call.chain for call in calls] == ["quick", "default"]


@pytest.mark.parametrize("body", [{}, {"model": "aiops-auto"}, {"model": 7}, {"model": ["mini"]}])
def test_without_a_chain_of_the_feature_the_model_is_missed_and_how_to_set_one_is_told(
    chosen: World, customer: Customer, body: dict[str, Any]
) -> None:
    response = customer.post({**CALL, **body}, **{"X-AIOps-Feature": "drafts"})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, "missing_model")
    assert "features.drafts.chain in aiops.yaml" in error["message"]
    assert "GET /v1/models lists them all" in error["message"]


def test_a_model_that_is_no_text_is_a_mistake_even_where_there_is_a_chain(chosen: World, customer: Customer) -> None:
    error = customer.post({**CALL, "model": 7}).json()["error"]
    assert error["code"] == "missing_model"
    assert "Leave model out altogether for the chain of feature 'answers'." in error["message"]


@pytest.mark.parametrize("model", ["aiops-default", "aiops-auto", ""])
def test_a_tenant_that_may_not_use_a_chain_may_not_by_another_name(chosen: World, model: str) -> None:
    response = chosen.customer(allowed_models=["large", "quick"]).post({**CALL, "model": model})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (404, "model_not_found")
    assert "default" not in error["message"].replace(model, "")


def test_whoever_may_use_the_chain_may_use_its_members_in_it_and_not_by_name(chosen: World) -> None:
    customer = chosen.customer(allowed_models=["default"])
    chosen.fail("sim-mini", "500", count=1)
    assert customer.post({**CALL, "model": "aiops-auto"}).headers["x-aiops-model"] == "simulator/sim-large"
    assert customer.post({**CALL, "model": "large"}).status_code == 404


def test_the_list_of_models_holds_the_aliases_of_what_a_key_may_use(chosen: World) -> None:
    assert names(chosen.customer(allowed_models=["mini", "default"])) == {
        "mini": "simulator",
        "default": "chain",
        "aiops-default": "chain",
        "aiops-auto": "chain",
    }
    assert names(chosen.customer(allowed_models=["mini", "quick"])) == {
        "mini": "simulator",
        "quick": "chain",
        "aiops-quick": "chain",
    }
    assert "aiops-auto" not in names(chosen.customer(feature=chosen.drafts))


def test_all_that_is_listed_can_be_asked(chosen: World, customer: Customer) -> None:
    listed = [name for name in names(customer) if "dead" not in name and name != "unreachable"]
    assert {customer.post({**CALL, "model": name}).status_code for name in listed} == {200}


def test_a_chain_called_auto_has_its_own_name_alone(chosen: World) -> None:
    with scope(ALL):
        declare_chain("auto", members=[Member("large")], by=SYSTEM)
    chosen.catch_up()
    customer = chosen.customer(allowed_models=["auto"])
    assert names(customer) == {"auto": "chain"}
    assert customer.post({**CALL, "model": "auto"}).headers["x-aiops-model"] == "simulator/sim-large"
    assert customer.post({**CALL, "model": "aiops-auto"}).status_code == 404


def test_what_had_such_a_name_before_keeps_it(chosen: World, customer: Customer) -> None:
    with scope(ALL):
        declare_model("old", provider="simulator", upstream="sim-old", by=SYSTEM)
        Model.objects.filter(slug="old").update(slug="aiops-quick")
    chosen.catch_up()
    assert customer.post({**CALL, "model": "aiops-quick"}).headers["x-aiops-model"] == "simulator/sim-old"
    assert names(customer)["aiops-quick"] == "simulator"
    with scope(ALL):
        Model.objects.filter(slug="aiops-quick").delete()
    chosen.catch_up()
