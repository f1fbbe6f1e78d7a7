"""Calls that are refused before a provider hears of them."""

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from costs.records import Outcome
from tests.gateway.processes import HTTP
from tests.gateway.world import QUESTION, Customer, World

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}
MEGABYTE = 1 << 20


def error_of(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["x-should-retry"] == "false"
    error: dict[str, Any] = response.json()["error"]
    return error


@pytest.mark.parametrize("key", ["sk-of-somebody-else", "aiops_production_0123456789AB_secret_00000000"])
def test_a_wrong_key_is_refused(customer: Customer, world: World, key: str) -> None:
    before = world.asked()
    assert error_of(customer.post(CALL, key=key), 401)["code"] == "invalid_api_key"
    assert world.asked() == before


def test_a_missing_key_is_refused(customer: Customer) -> None:
    response = HTTP.post(f"{customer.gateway.url}/v1/chat/completions", json=CALL)
    assert error_of(response, 401)["message"].startswith("This call has no key.")


def test_the_client_sees_a_wrong_key_as_such(customer: Customer) -> None:
    with customer.openai() as client, pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").models.list()


@pytest.mark.parametrize(("tag", "header"), [("feature", "X-AIOps-Feature"), ("user", "X-AIOps-User")])
def test_a_missing_tag_is_named_with_every_way_to_send_it(customer: Customer, tag: str, header: str) -> None:
    error = error_of(customer.post(CALL, **{header: ""}), 400)
    assert (error["code"], error["param"]) == ("missing_tag", tag)
    assert header in error["message"]
    assert "metadata" in error["message"]


@pytest.mark.parametrize("user", ["x" * 201, 7, ["ann"]])
def test_a_tag_must_be_a_short_text(customer: Customer, user: object) -> None:
    error = error_of(customer.post({**CALL, "user": user}, **{"X-AIOps-User": ""}), 400)
    assert (error["code"], error["param"]) == ("invalid_tag", "user")


def test_an_unregistered_feature_is_told_the_registered_ones(customer: Customer) -> None:
    error = error_of(customer.post(CALL, **{"X-AIOps-Feature": "answer"}), 400)
    assert error["code"] == "unknown_feature"
    assert "answers, drafts" in error["message"]


def test_a_key_of_one_feature_may_not_name_another(world: World) -> None:
    customer = world.customer(feature=world.drafts)
    assert error_of(customer.post(CALL, **{"X-AIOps-Feature": "answers"}), 403)["code"] == "feature_not_allowed"


def test_an_unknown_model_is_told_what_this_key_may_use(world: World) -> None:
    customer = world.customer(allowed_models=["large", "default"])
    before = world.asked()
    response = customer.post(CALL)
    error = error_of(response, 404)
    assert (error["code"], error["param"]) == ("model_not_found", "model")
    assert "default, large" in error["message"]
    assert world.record_of(response.headers["x-aiops-call-id"]).outcome == Outcome.REFUSED
    assert world.asked() == before


@pytest.mark.parametrize("body", [{}, {"model": None}, {"model": ""}, {"model": ["mini"]}])
def test_a_call_without_a_model_is_told_which_there_are(customer: Customer, body: dict[str, Any]) -> None:
    error = error_of(customer.post({"messages": QUESTION, **body}), 400)
    assert (error["code"], error["param"]) == ("missing_model", "model")
    assert "This key may use: dead, dead-first, dead-then-weary. There are " in error["message"]
    assert "GET /v1/models lists them all" in error["message"]


@pytest.mark.parametrize("body", [b"{not json", b"[1, 2]", b""])
def test_a_body_that_is_no_json_object_is_refused(customer: Customer, body: bytes) -> None:
    assert error_of(customer.post(body), 400)["code"] == "invalid_body"


def test_a_body_that_is_too_large_is_refused(customer: Customer) -> None:
    assert error_of(customer.post(b"x" * (10 * MEGABYTE + 1)), 413)["code"] == "body_too_large"


def test_a_body_that_does_not_tell_its_size_is_refused_when_it_grows_too_large(customer: Customer) -> None:
    pieces: Iterator[bytes] = iter([b"x" * MEGABYTE] * 11)
    assert error_of(customer.post(pieces), 413)["code"] == "body_too_large"


@pytest.mark.parametrize(
    ("body", "headers"), [({}, {"X-AIOps-Prompt": "welcome@3"}), ({"prompt": {"name": "welcome@3"}}, {})]
)
def test_a_prompt_is_not_there_yet(customer: Customer, body: dict[str, Any], headers: dict[str, str]) -> None:
    error = error_of(customer.post({**CALL, **body}, **headers), 404)
    assert error["code"] == "prompt_not_found"
    assert error["message"] == "Prompt 'welcome' is not released to production. There are: none yet."


def test_paths_and_methods_that_are_not_there_are_refused_in_the_same_shape(customer: Customer) -> None:
    url = customer.gateway.url
    assert error_of(HTTP.post(f"{url}/v1/completions", json=CALL), 404)["code"] == "no_such_path"
    wrong = HTTP.get(f"{url}/v1/chat/completions")
    assert error_of(wrong, 405)["code"] == "method_not_allowed"
    assert wrong.headers["allow"] == "POST"
