"""Which version of a prompt a call gets: a tenant's own, a canary's, everybody's; through the running gateway."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from costs.records import PromptChoice
from prompts import services as prompts
from prompts.bundle import Bundle
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tests.factories import make_key
from tests.gateway.world import QUESTION, Customer, World
from tests.prompts.factories import make_kept

CALL: dict[str, Any] = {"model": "mini", "messages": QUESTION}

OWN, ALL_OF_THEM = "the tenant's own", "everybody's"

type Release = Callable[..., None]


@pytest.fixture
def versions(world: World) -> list[PromptVersion]:
    """Of a prompt that nobody else has; none is released."""
    name = f"p-{uuid4()}"
    bundles = [Bundle.parse({"messages": [{"role": "system", "content": text}]}) for text in ("One.", "Two.", "Three.")]
    with scope(ALL):
        return [prompts.push_version(name, each, by=SYSTEM, at=datetime.now(UTC)).version for each in bundles]


@pytest.fixture
def release(world: World) -> Release:
    def do(version: PromptVersion, **lane: Any) -> None:
        with scope(ALL):
            prompts.release(version, environment="production", by=SYSTEM, at=datetime.now(UTC), **lane)
        world.catch_up()

    return do


def served(customer: Customer, version: PromptVersion, word: str = "", **headers: str) -> str:
    """Which one, and why."""
    named = {"X-AIOps-Prompt": f"{version.prompt.name}{word}"}
    response = customer.post(CALL, **named, **headers)
    assert response.is_success, response.text
    return response.headers["x-aiops-prompt"].partition("@")[2]


def as_users(count: int) -> list[dict[str, str]]:
    return [{"X-AIOps-User": f"user-{number}"} for number in range(count)]


def test_an_answer_says_from_which_version_it_was_rendered(
    customer: Customer, world: World, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    response = customer.post(CALL, **{"X-AIOps-Prompt": versions[0].prompt.name})
    assert response.headers["x-aiops-prompt"] == f"{versions[0].prompt.name}@{versions[0].hash}; main"
    assert world.record_of(response.headers["x-aiops-call-id"]).call.prompt_version == versions[0].hash
    assert "x-aiops-prompt" not in customer.post(CALL).headers


def test_a_call_is_told_that_what_it_is_served_cannot_be_rendered(
    customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    with scope(ALL):
        broken = make_kept("{{ nobody }}", name=versions[0].prompt.name)
    release(broken)
    response = customer.post(CALL, **{"X-AIOps-Prompt": versions[0].prompt.name})
    assert response.status_code == 400
    assert "v4 cannot be rendered: messages[0]:1: there is no variable 'nobody'" in response.text


def test_a_tenant_gets_its_own_and_the_others_what_all_get(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], tenant=customer.tenant)
    release(versions[2], percent=99)
    assert served(customer, versions[0]) == f"{versions[1].hash}; main"


def test_a_share_of_people_gets_the_canary_and_each_stays_with_theirs(
    customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], percent=50)
    first, again = ([served(customer, versions[0], **user) for user in as_users(16)] for _ in range(2))
    assert first == again
    assert set(first) == {f"{versions[0].hash}; main", f"{versions[1].hash}; canary"}


def test_the_api_says_the_same_of_each_person(
    customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], percent=50)
    asked = [served(customer, versions[0], **user).partition(";")[0] for user in as_users(16)]
    with scope(ALL):
        found = [
            prompts.served_to(versions[0].prompt, "production", customer.tenant, user["X-AIOps-User"])
            for user in as_users(16)
        ]
    assert asked == [each.version.hash for each in found if each]


def test_a_session_does_not_part_a_person_from_their_version(
    customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], percent=50)
    sessions = [{"X-AIOps-Session": f"session-{number}"} for number in range(12)]
    assert len({served(customer, versions[0], **session) for session in sessions}) == 1


def test_a_tenants_canary_is_nobody_elses(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], tenant=customer.tenant, percent=99)
    other = world.customer()
    theirs = {served(customer, versions[0], **user) for user in as_users(6)}
    assert f"{versions[1].hash}; canary" in theirs
    assert {served(other, versions[0], **user) for user in as_users(6)} == {f"{versions[0].hash}; main"}


def test_a_tenants_version_is_pinned_by_its_own_keys_alone(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], tenant=customer.tenant)
    assert served(customer, versions[0], "@v2") == f"{versions[1].hash}; pinned"
    refused = world.customer().post(CALL, **{"X-AIOps-Prompt": f"{versions[0].prompt.name}@v2"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "prompt_not_found")


def refused(customer: Customer, name: str, **more: str) -> str:
    """Without the name, which whoever asks knows."""
    error = customer.post(CALL, **{"X-AIOps-Prompt": name}, **more).json()["error"]
    assert error["code"] == "prompt_not_found"
    return str(error["message"]).replace(name.partition("@")[0], "NAME")


def test_a_prompt_of_another_tenant_and_one_that_is_not_there_are_the_same(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0], tenant=customer.tenant)
    name, other = versions[0].prompt.name, world.customer()
    told = refused(other, name)
    assert told.startswith("Prompt 'NAME' is not released to production. There are: ")
    assert told == refused(other, "nowhere") == refused(other, f"{name}@v1") == refused(other, "nowhere@v1")
    assert name not in refused(other, "nowhere")
    assert name in refused(customer, "nowhere")


def test_the_names_that_are_told_are_of_the_keys_own_environment(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0], tenant=customer.tenant, percent=100)
    with scope(ALL):
        staging = make_key(customer.tenant, environment="staging")
    world.catch_up()
    error = customer.post(CALL, key=staging.text, **{"X-AIOps-Prompt": "nowhere"}).json()["error"]
    assert versions[0].prompt.name not in error["message"]


def test_of_a_prompt_that_has_ended_its_name_is_told_no_more_and_its_versions_are_pinned(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    with scope(ALL):
        prompts.end(versions[0].prompt, environment="production", by=SYSTEM, at=datetime.now(UTC))
    world.catch_up()
    assert versions[0].prompt.name not in refused(customer, "nowhere")
    assert served(customer, versions[0], "@v1") == f"{versions[0].hash}; pinned"


def test_a_person_is_the_same_by_header_body_and_api_whatever_blanks_are_around_the_name(
    customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], percent=50)
    name = versions[0].prompt.name
    blank = [
        customer.post({**CALL, "prompt": name, "user": f" user-{number}\t"}, **{"X-AIOps-User": ""})
        for number in range(16)
    ]
    asked = [each.headers["x-aiops-prompt"].partition("@")[2] for each in blank]
    assert asked == [served(customer, versions[0], **user) for user in as_users(16)]


@pytest.mark.parametrize(
    ("lanes", "word", "choice"),
    [
        ([(ALL_OF_THEM, 100)], "", PromptChoice.MAIN),
        ([(ALL_OF_THEM, 100), (ALL_OF_THEM, 99)], "", PromptChoice.CANARY),
        ([(ALL_OF_THEM, 100), (OWN, 100)], "", PromptChoice.TENANT),
        ([(ALL_OF_THEM, 100), (OWN, 99)], "", PromptChoice.TENANT_CANARY),
        ([(ALL_OF_THEM, 100), (ALL_OF_THEM, 99)], "@v1", PromptChoice.PINNED),
        ([(ALL_OF_THEM, 100), (ALL_OF_THEM, 99)], "@v2", PromptChoice.PINNED),
    ],
)
def test_the_record_says_who_chose_the_version(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release,
    lanes: list[tuple[str, int]], word: str, choice: PromptChoice,
) -> None:  # fmt: skip
    for version, (whose, percent) in zip(versions, lanes, strict=False):
        release(version, tenant={OWN: customer.tenant}.get(whose), percent=percent)
    asked = [
        customer.post(CALL, **{"X-AIOps-Prompt": f"{versions[0].prompt.name}{word}"}, **who) for who in as_users(6)
    ]
    calls = [world.record_of(each.headers["x-aiops-call-id"]).call for each in asked]
    assert choice in {call.prompt_choice for call in calls}
    assert world.record_of(customer.post(CALL).headers["x-aiops-call-id"]).call.prompt_choice == ""


def test_a_rollback_takes_everybody_out_of_the_canary(
    world: World, customer: Customer, versions: list[PromptVersion], release: Release
) -> None:
    release(versions[0])
    release(versions[1], percent=99)
    with scope(ALL):
        prompts.roll_back(versions[0].prompt, environment="production", by=SYSTEM, at=datetime.now(UTC))
    world.catch_up()
    assert {served(customer, versions[0], **user) for user in as_users(6)} == {f"{versions[0].hash}; main"}
