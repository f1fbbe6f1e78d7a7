"""What programs are told of parts."""

from typing import Any

import pytest
from django.test import Client

from prompts.models import PromptVersion
from tenants.models import Feature, Role, Tenant, User
from tests.factories import make_key
from tests.prompts.factories import AT
from tests.prompts.pages.factories import NAME, judge, make_version, record_calls, release

LIST, IMPACT = "/api/v1/parts/", "/api/v1/parts/impact/"
REFUNDS = "parts/refunds.md"


@pytest.fixture
def live(operator: Tenant, answers: Feature) -> PromptVersion:
    version = make_version(feature=answers)
    release(version)
    return version


@pytest.fixture
def ask(client: Client, operator: Tenant) -> Any:
    key = make_key(operator, role=Role.ENGINEER).text

    def asking(address: str, **headers: str) -> Any:
        return client.get(address, headers={"Authorization": f"Bearer {key}", **headers})

    return asking


def test_parts_are_listed_with_what_each_is_in(ask: Any, live: PromptVersion, acme: Tenant, answers: Feature) -> None:
    record_calls(live, acme.pk, answers.pk, calls=2, at=AT)
    found = {part["path"]: part for part in ask(LIST).json()["results"]}
    assert list(found) == ["parts/persona.md", REFUNDS]
    told = found[REFUNDS]
    assert (told["prompts"], told["environments"], told["prompts_with_another_text"]) == ([NAME], ["production"], [])


def test_pages_of_them_follow_each_other(ask: Any, live: PromptVersion) -> None:
    first = ask(f"{LIST}?limit=1").json()
    second = ask(f"{LIST}?limit=1&cursor={first['next'].replace('/', '%2F').replace(chr(10), '%0A')}").json()
    assert [each["path"] for each in (*first["results"], *second["results"])] == ["parts/persona.md", REFUNDS]
    assert second["next"] is None


def test_a_part_is_followed_to_prompts_features_and_suites(ask: Any, live: PromptVersion) -> None:
    judge(live, verdict="blocked")
    told = ask(f"{IMPACT}?path={REFUNDS}").json()
    assert told["parts"] == [{"path": REFUNDS, "prompts": [NAME]}]
    (prompt,) = told["prompts"]
    assert (prompt["feature"], prompt["live"], prompt["newest"]) == ("answers", {"production": "v1"}, "v1")
    assert prompt["suites"] == [{"name": NAME, "cases": 3, "verdict": "blocked"}]
    assert (told["calls_7d"], told["cost_usd_7d"], told["days"]) == (None, None, 7)


def test_prompts_are_told_by_name_and_what_is_not_there_is_said(ask: Any, live: PromptVersion) -> None:
    told = ask(f"{IMPACT}?prompt={NAME}&prompt=nothing&path=no.md").json()
    assert ([each["name"] for each in told["prompts"]], told["unknown"]) == ([NAME], ["no.md", "nothing"])


def test_whoever_has_it_already_is_sent_nothing(ask: Any, live: PromptVersion) -> None:
    etag = ask(f"{IMPACT}?prompt={NAME}").headers["ETag"]
    again = ask(f"{IMPACT}?prompt={NAME}", **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_mistyped_filter_is_refused(ask: Any, live: PromptVersion) -> None:
    answer = ask(f"{IMPACT}?part=x")
    assert (answer.status_code, "Allowed: path, prompt" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("address", [LIST, IMPACT])
def test_a_tenants_own_people_are_told_nothing(client: Client, live: PromptVersion, viewer: User, address: str) -> None:
    client.force_login(viewer)
    assert client.get(address).status_code == 403


def test_nothing_is_posted_to_it(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    assert client.post(LIST, {}, content_type="application/json").status_code in (403, 405)
