from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from prompts import services as prompts
from prompts.models import PlannedRelease, PromptVersion
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant, User
from tests.api.conftest import AsRole
from tests.evals.factories import AT
from tests.evals.planned import WHY, make_green, served
from tests.factories import make_user
from tests.prompts.factories import make_version

RELEASE, PLANNED = "/api/v1/prompts/welcome/release/", "/api/v1/planned-releases/"
ORDER = {"version": "v2", "environment": "production"}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)


@pytest.fixture
def head(operator: Tenant) -> PromptVersion:
    version = make_green()
    prompts.protect("production", role=Role.ENGINEER, second_person=True, by=SYSTEM, at=AT)
    return version


def logged_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def anns(engineer: User) -> APIClient:
    return logged_in(engineer)


@pytest.fixture
def bens(operator: Tenant) -> APIClient:
    return logged_in(make_user("ben@operator.example", Role.ENGINEER, operator))


def asked(api: APIClient, **more: Any) -> Any:
    answer = api.post(RELEASE, {**ORDER, "ask": True, **more}, format="json")
    assert answer.status_code == 202, answer.data
    return answer.data


def decide(api: APIClient, plan: Any, verb: str, **body: str) -> Any:
    return api.post(f"{PLANNED}{plan['id']}/{verb}/", body, format="json")


def test_alone_one_is_refused_and_told_how_to_ask(anns: APIClient, head: PromptVersion) -> None:
    error = anns.post(RELEASE, ORDER, format="json")
    assert (error.status_code, error.data["error"]["code"]) == (403, "needs_second_person")
    assert "`ask` in the API, and somebody else approves it" in error.data["error"]["detail"]


def test_it_is_asked_for_and_approved(anns: APIClient, bens: APIClient, head: PromptVersion, engineer: User) -> None:
    plan = asked(anns, note="For the weekend")
    assert (plan["state"], plan["label"], plan["asked_by"], plan["due_at"]) == ("waiting", "v2", str(engineer), None)
    own = decide(anns, plan, "approve")
    assert (own.status_code, own.data["error"]["code"]) == (403, "needs_second_person")
    made = decide(bens, plan, "approve", note="Fine")
    assert (made.status_code, made.data["state"], made.data["release"]["label"]) == (200, "released", "v2")
    assert anns.get(f"{PLANNED}{plan['id']}/").data == made.data
    assert decide(bens, plan, "approve").status_code == 409
    assert served() == "v2"


def test_they_are_listed_by_state_and_prompt(anns: APIClient, bens: APIClient, head: PromptVersion) -> None:
    plan = asked(anns, at=TOMORROW.isoformat())
    assert [row["id"] for row in anns.get(PLANNED).data["results"]] == [plan["id"]]
    assert anns.get(PLANNED, {"prompt": "other"}).data["results"] == []
    assert decide(bens, plan, "decline").status_code == 422
    assert decide(bens, plan, "decline", note="No").data["decision_note"] == "No"
    assert anns.get(PLANNED).data["results"] == []
    assert len(anns.get(PLANNED, {"state": "declined"}).data["results"]) == 1
    assert len(anns.get(PLANNED, {"state": "all"}).data["results"]) == 1
    assert anns.get(PLANNED, {"state": "maybe"}).status_code == 400


def test_one_is_scheduled_and_cancelled(anns: APIClient, head: PromptVersion) -> None:
    prompts.unprotect("production", by=SYSTEM, at=AT)
    plan = asked(anns, ask=False, at=TOMORROW.isoformat())
    assert (plan["state"], datetime.fromisoformat(plan["due_at"])) == ("scheduled", TOMORROW)
    assert [decide(anns, plan, "cancel").data["state"] for _ in range(2)] == ["cancelled", "cancelled"]


def test_a_time_that_is_past_is_refused(anns: APIClient, head: PromptVersion) -> None:
    answer = anns.post(RELEASE, {**ORDER, "at": AT.isoformat()}, format="json")
    assert (answer.status_code, answer.data["error"]["detail"].startswith("at: ")) == (422, True)
    assert not PlannedRelease.objects.exists()


def test_a_time_without_a_zone_is_refused_in_words(anns: APIClient, head: PromptVersion) -> None:
    answer = anns.post(RELEASE, {**ORDER, "at": TOMORROW.replace(tzinfo=None).isoformat()}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (400, "invalid")
    assert "Say of which time zone it is: 2026-11-28T18:00:00Z" in str(answer.data["error"]["detail"])
    assert not PlannedRelease.objects.exists()


def test_who_may_not_release_neither_asks_nor_approves(as_role: AsRole, anns: APIClient, head: PromptVersion) -> None:
    plan = asked(anns)
    support = as_role(Role.SUPPORT)
    assert support.post(RELEASE, {**ORDER, "ask": True}, format="json").status_code == 403
    assert [decide(support, plan, verb).status_code for verb in ("approve", "decline", "cancel")] == [403] * 3
    assert support.get(PLANNED).status_code == 200


def test_a_suite_that_is_gone_is_told_with_what_to_do(anns: APIClient, head: PromptVersion) -> None:
    make_version("three", suites=["renamed"])
    error = anns.post(RELEASE, {**ORDER, "version": "v3"}, format="json").data["error"]
    assert error["code"] == "no_green_verdict"
    assert "renamed: it was never pushed. Push it with `aiops prompts push`, or take its name out" in error["detail"]
    assert asked(anns, version="v3", override=WHY)["override_reason"] == WHY


def test_going_back_answers_with_what_waits_there(anns: APIClient, head: PromptVersion) -> None:
    plan = asked(anns, at=TOMORROW.isoformat())
    prompts.release(head, environment="production", by=SYSTEM, at=AT)
    answer = anns.post("/api/v1/prompts/welcome/rollback/", {"environment": "production"}, format="json")
    (beside,) = answer.data["planned"]
    assert (beside["id"], beside["label"], beside["tenant"]) == (plan["id"], "v2", None)
    assert "rolled welcome back there" in beside["why"]
