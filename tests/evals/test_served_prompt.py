"""A released prompt, as applications get it from the gateway."""

from typing import Any

import pytest

from costs.records import Finished
from gateway.services import declare_model
from prompts import services as prompts
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.evals.loop import GOOD, PROMPT, WORSE, Loop, now
from tests.factories import make_feature, make_key, make_tenant
from tests.gateway.processes import until
from tests.gateway.world import Customer, journalled

ASKED = {"prompt": {"name": PROMPT, "variables": {"question": "How do I send a parcel back?"}}}
UNKNOWN = {"prompt": {"name": PROMPT, "variables": {"question": "Who won the world cup in 1954?"}}}


@pytest.fixture
def customer(loop: Loop) -> Customer:
    with scope(ALL):
        make_feature("answers")
        tenant = make_tenant("acme")
        key = make_key(tenant)
    loop.catch_up()
    return Customer(tenant, key.text, loop.gateway)


def release(loop: Loop, version: PromptVersion, environment: str = "production") -> None:
    with scope(ALL):
        prompts.release(version, environment=environment, by=SYSTEM, at=now())
    loop.catch_up()


def roll_back(loop: Loop) -> None:
    with scope(ALL):
        prompts.roll_back(prompts.find_prompt(PROMPT), environment="production", by=SYSTEM, at=now())
    loop.catch_up()


def answer(customer: Customer, body: dict[str, Any], **headers: str) -> str:
    response = customer.post(body, **headers)
    assert response.is_success, response.text
    return str(response.json()["choices"][0]["message"]["content"])


def test_a_call_that_names_a_prompt_is_answered_by_its_text_model_and_settings(loop: Loop, customer: Customer) -> None:
    version = loop.push(GOOD)
    release(loop, version)
    response = customer.post(ASKED)
    assert "30 days" in response.json()["choices"][0]["message"]["content"]
    assert response.headers["x-aiops-model"] == "simulator/mini"
    mark = response.headers["x-aiops-call-id"].encode()
    until(lambda: versions_of(mark) == [version.hash])


def test_a_customer_cannot_have_another_model_answer_than_the_prompts_own(loop: Loop, customer: Customer) -> None:
    """Only the console's own checks may, by a header of theirs."""
    with scope(ALL):
        declare_model("second", provider="simulator", by=SYSTEM)
    release(loop, loop.push(GOOD))
    response = customer.post(ASKED, **{"X-AIOps-Model": "second"})
    assert response.headers["x-aiops-model"] == "simulator/mini"


def versions_of(mark: bytes) -> list[str | None]:
    """Of the prompt, in the records of the call's end."""
    return [record.call.prompt_version for record in journalled(mark) if isinstance(record, Finished)]


def test_the_header_names_it_too_and_the_callers_messages_follow(loop: Loop, customer: Customer) -> None:
    release(loop, loop.push(GOOD))
    question = {"role": "user", "content": "What are points worth?"}
    body = {"prompt": {"variables": {"question": "Hello?"}}, "messages": [question]}
    assert "3 euro" in answer(customer, body, **{"X-AIOps-Prompt": PROMPT})


def test_a_rollback_is_what_the_next_call_gets(loop: Loop, customer: Customer) -> None:
    release(loop, loop.push(GOOD))
    release(loop, loop.push(WORSE))
    made_up = answer(customer, UNKNOWN)
    roll_back(loop)
    assert "do not know" in answer(customer, UNKNOWN)
    assert "do not know" not in made_up


def test_each_environment_serves_its_own(loop: Loop, customer: Customer) -> None:
    release(loop, loop.push(GOOD), "staging")
    error = customer.post(ASKED).json()["error"]
    assert error["code"] == "prompt_not_found"
    assert error["message"] == f"Prompt {PROMPT!r} is not released to production. There are: none yet."


def test_a_version_that_was_live_can_be_pinned_and_one_that_never_was_cannot(loop: Loop, customer: Customer) -> None:
    old, new = loop.push(GOOD), loop.push(WORSE)
    release(loop, old)
    pinned = {"prompt": {**ASKED["prompt"], "version": old.hash[:12]}}
    assert "30 days" in answer(customer, pinned)
    refused = customer.post({"prompt": {**ASKED["prompt"], "version": new.hash}})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "prompt_not_found")
    assert customer.post(ASKED, **{"X-AIOps-Prompt": f"{PROMPT}@v1"}).is_success


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ({"name": PROMPT, "variables": {}}, "question"),
        ({"name": PROMPT, "variables": {"question": "x", "tone": "y"}}, "tone"),
        ({"name": PROMPT, "variables": ["x"]}, "must be an object"),
        ({"name": 7}, "must be a text"),
        ({"name": f"{PROMPT}@v1", "version": "v2"}, "several prompts or versions"),
        ({"name": PROMPT, "vars": {}}, "vars"),
        (["help"], "prompt must be"),
        ({"version": "v1"}, "names no prompt"),
        ("", "names no prompt"),
    ],
)
def test_what_does_not_fit_the_prompt_is_refused_in_words(
    loop: Loop, customer: Customer, prompt: object, told: str
) -> None:
    release(loop, loop.push(GOOD))
    response = customer.post({"prompt": prompt})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_prompt")
    assert told in response.json()["error"]["message"]


def test_a_prompt_that_is_not_there_is_told_which_are(loop: Loop, customer: Customer) -> None:
    release(loop, loop.push(GOOD))
    error = customer.post({"prompt": "halp", "messages": []}).json()["error"]
    assert (error["code"], error["param"]) == ("prompt_not_found", "prompt")
    assert f"There are: {PROMPT}." in error["message"]


@pytest.mark.parametrize(
    ("header", "body"),
    [("other", PROMPT), ("other", {"name": PROMPT, "version": "v1"}), (f"{PROMPT}@v1", {"version": "v2"})],
)
def test_a_header_and_a_body_that_name_two_are_refused(
    loop: Loop, customer: Customer, header: str, body: object
) -> None:
    release(loop, loop.push(GOOD))
    error = customer.post({"prompt": body}, **{"X-AIOps-Prompt": header}).json()["error"]
    assert (error["code"], "several prompts or versions" in error["message"]) == ("invalid_prompt", True)


def test_a_header_and_a_body_that_agree_are_answered(loop: Loop, customer: Customer) -> None:
    version = loop.push(GOOD)
    release(loop, version)
    body = {"prompt": {**ASKED["prompt"], "version": "v1"}}
    response = customer.post(body, **{"X-AIOps-Prompt": f"{PROMPT}@v1"})
    assert response.headers["x-aiops-prompt"] == f"{PROMPT}@{version.hash}; pinned"


def test_what_is_asked_is_data_and_never_a_template(loop: Loop, customer: Customer) -> None:
    release(loop, loop.push(GOOD))
    question = "{{ 7 * 7 }} {% include 'x' %} How do I send a parcel back?"
    body = {"prompt": {"name": PROMPT, "variables": {"question": question}}}
    assert "30 days" in answer(customer, body)
