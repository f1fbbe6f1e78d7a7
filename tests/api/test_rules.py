"""Automatic stops and complaints over the REST API."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from killswitch.models import Complaint, Rule
from tenants.models import Feature, Role, Tenant
from tests.costs.factories import make_finished, make_opened, record
from tests.factories import make_key, make_user
from tests.killswitch.rules.factories import BAD, World, a_rule

RULE = "/api/v1/rules/model-fails/"
COMPLAINTS = "/api/v1/complaints/"


def of_key(tenant: Tenant, role: Role) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(tenant, role=role).text}")
    return client


@pytest.fixture
def rule(operator: Tenant, now: datetime) -> Rule:
    return a_rule("model-fails", at=now)


def move(client: APIClient, to: str, **values: Any) -> Any:
    return client.post(f"{RULE}move/", {"to": to, **values}, format="json")


def test_a_rule_is_made_live_by_two_keys(rule: Rule, operator: Tenant) -> None:
    one, other = of_key(operator, Role.ENGINEER), of_key(operator, Role.ADMIN)
    assert move(one, "asked").json()["state"] == "asked"
    refused = move(one, "live")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "needs_another")
    assert move(other, "live").json()["state"] == "live"
    assert move(other, "shadow").json()["state"] == "shadow"
    assert move(other, "off").json()["state"] == "off"


def test_what_was_changed_meanwhile_is_a_conflict(rule: Rule, operator: Tenant) -> None:
    assert move(of_key(operator, Role.ENGINEER), "asked", version=7).status_code == 409


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_who_may_not_change_rules_reads_them(rule: Rule, operator: Tenant, role: Role) -> None:
    client = of_key(operator, role)
    assert client.get(RULE).json()["state"] == "shadow"
    assert move(client, "asked").status_code == 403
    assert client.patch(RULE, {"trip": 0.4}, format="json").status_code == 403


def test_thresholds_are_changed(rule: Rule, operator: Tenant) -> None:
    answer = of_key(operator, Role.ENGINEER).patch(RULE, {"trip": 0.4, "mode": "canned"}, format="json").json()
    assert (answer["trip"], answer["mode"], answer["watches"]) == (
        0.4,
        "canned",
        "Stops a model when 40% or more of its calls fail.",
    )


def test_the_floor_of_the_cost_is_read_and_changed(rule: Rule, operator: Tenant) -> None:
    client, cost = of_key(operator, Role.ENGINEER), RULE.replace("model-fails", "cost-runs-away")
    assert client.get(cost).json()["min_usd_a_minute"] == "0.5000"
    assert client.patch(cost, {"min_usd_a_minute": "2"}, format="json").json()["min_usd_a_minute"] == "2.0000"
    refused = client.patch(RULE, {"min_usd_a_minute": "2"}, format="json")
    assert refused.status_code == 422
    assert "it goes with rules on the cost only" in refused.json()["error"]["detail"]


def test_thresholds_that_cannot_be_are_refused(rule: Rule, operator: Tenant) -> None:
    answer = of_key(operator, Role.ENGINEER).patch(RULE, {"min_callers": 1}, format="json")
    assert (answer.status_code, "Allowed: 3 to" in answer.json()["error"]["detail"]) == (422, True)


def test_trips_come_with_their_evidence(rule: Rule, operator: Tenant, now: datetime) -> None:
    World(now).look(BAD, BAD)
    client = of_key(operator, Role.SUPPORT)
    [trip] = client.get(f"{RULE}trips/").json()["results"]
    assert (trip["name"], trip["shadow"], trip["evidence"]["calls"]) == ("gpt-4o", True, 40)
    assert [each["stage"] for each in client.get(RULE).json()["standing"]] == ["open"]


def test_a_rule_that_is_not_there_is_not_found(rule: Rule, operator: Tenant) -> None:
    answer = of_key(operator, Role.SUPPORT).get("/api/v1/rules/model-fail/")
    assert (answer.status_code, "Did you mean model-fails" in answer.json()["error"]["detail"]) == (404, True)


def test_a_complaint_of_a_call_is_of_its_prompt_and_caller(operator: Tenant, acme: Tenant, answers: Feature) -> None:
    at = datetime.now(UTC)
    call = make_finished(make_opened(tenant=acme.pk, feature=answers.pk, prompt_version="f" * 64, at=at))
    record(call, at=at)
    client, order = of_key(operator, Role.SUPPORT), {"call": str(call.call.id), "words": "Wrong price"}
    made = client.post(COMPLAINTS, order, format="json")
    assert (made.status_code, made.json()["tenant"], made.json()["feature"]) == (201, "acme", "answers")
    assert client.post(COMPLAINTS, order, format="json").status_code == 200
    complaint = Complaint.objects.get()
    assert (complaint.prompt_version, complaint.user_key is not None) == ("f" * 64, True)


def test_a_complaint_without_a_call_names_tenant_and_feature(operator: Tenant, acme: Tenant, answers: Feature) -> None:
    client = of_key(operator, Role.SUPPORT)
    order = {"tenant": "acme", "feature": "answers", "words": "Wrong price"}
    assert [client.post(COMPLAINTS, order, format="json").status_code for _ in range(2)] == [201, 201]


@pytest.mark.parametrize(
    "order",
    [
        {"words": "Wrong"},
        {"words": "Wrong", "tenant": "acme"},
        {"words": "", "tenant": "acme", "feature": "answers"},
        {"words": "Wrong", "tenant": "acme", "feature": "answers", "call": str(uuid4())},
    ],
)
def test_complaints_that_cannot_be_are_refused(
    operator: Tenant, acme: Tenant, answers: Feature, order: dict[str, str]
) -> None:
    assert of_key(operator, Role.SUPPORT).post(COMPLAINTS, order, format="json").status_code == 400


def test_nobody_complains_for_another_tenant(acme: Tenant, globex: Tenant, answers: Feature) -> None:
    at = datetime.now(UTC)
    call = make_finished(make_opened(tenant=acme.pk, feature=answers.pk, at=at))
    record(call, at=at)
    client = APIClient()
    client.force_login(make_user("boss@globex.example", Role.TENANT_ADMIN, globex))
    of_call, named = {"call": str(call.call.id)}, {"tenant": "acme", "feature": "answers"}
    answers_ = [client.post(COMPLAINTS, {"words": "Wrong", **each}, format="json") for each in (of_call, named)]
    assert [each.status_code for each in answers_] == [404, 404]
    assert Complaint.objects.count() == 0
