"""What is read one by one: a call, a stop, a tenant, a feature, a version, a suite, a run's cases, oneself."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.api.everything import make_everything


@pytest.fixture
def there(acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature) -> dict[str, Any]:
    return make_everything(acme, answers)


def test_a_call_is_told_whole(api: APIClient, there: dict[str, Any]) -> None:
    call = api.get(f"/api/v1/calls/{there['call_id']}/").json()
    assert [(hop["model"], hop["reason"]) for hop in call["hops"]] == [("small", "429"), ("gpt-test", "")]
    assert [(part["component"], part["cost_usd"]) for part in call["cost"]][:2] == [
        ("input", "0.0016"),
        ("cached", "0.0001"),
    ]
    assert (call["quotes_fabricated"], len(call["sources"])) == (1, 3)
    assert [hop["asked"] for hop in call["hops"]] == [True, True]
    assert (call["hops"][0]["began_ms"], call["hops"][0]["bill"], call["quotes"]) == (None, None, None)


def test_anothers_call_is_as_one_that_is_not_there(strangers: APIClient, there: dict[str, Any]) -> None:
    theirs, none = (strangers.get(f"/api/v1/calls/{key}/") for key in (there["call_id"], uuid4()))
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"fallback": "true"}, 1),
        ({"fallback": "false"}, 1),
        ({"prompt_version": "3f3f3f3f"}, 1),
        ({"model_asked": "default", "environment": "production"}, 2),
        ({"provider": "openai"}, 2),
        ({"cost_at_least": "0.002"}, 2),
        ({"latency_at_least": "801"}, 0),
        ({"until": "1m"}, 1),
        ({"hop_reason": "429"}, 1),
        ({"hop_reason": "timeout"}, 0),
        ({"grounding": "answered", "quotes": "fabricated"}, 1),
        ({"grounding": "none"}, 1),
        ({"confidence_at_least": "0.9"}, 0),
        ({"tokens_at_least": "1100", "tokens_at_most": "1100"}, 2),
        ({"latency_at_most": "799"}, 0),
        ({"cost_at_most": "0.0024"}, 0),
        ({"first_chunk_at_least": "0"}, 0),
        ({"estimated": "true"}, 0),
        ({"kept": "true"}, 0),
        ({"kept": "false"}, 2),
        ({"sort": "cost", "since": "1h"}, 2),
        ({"id": "ffffffff"}, 0),
        ({"error_code": "x"}, 0),
    ],
)
def test_calls_are_filtered_by_every_tag(
    api: APIClient, there: dict[str, Any], query: dict[str, str], found: int
) -> None:
    assert len(api.get("/api/v1/calls/", query).json()["results"]) == found


def test_a_stop_has_its_changes_and_who_confirmed_it(api: APIClient, there: dict[str, Any]) -> None:
    stop = api.get(f"/api/v1/stops/{there['stop_id']}/").json()
    assert [(event["kind"], event["note"]) for event in stop["events"]] == [("made", "Wrong opening hours")]
    assert (stop["confirmations"]["complete"], stop["confirmations"]["total"]) == (True, 1)


def test_a_tenant_is_told_with_its_switches(api: APIClient, there: dict[str, Any]) -> None:
    tenant = api.get("/api/v1/tenants/acme/").json()
    assert (tenant["state"], tenant["stops"][0]["id"]) == ("off", str(there["stop_id"]))
    assert {each["state"] for each in tenant["features"]} == {"held_off"}
    assert api.get("/api/v1/tenants/globex/").json()["state"] == "on"
    assert [row["state"] for row in api.get("/api/v1/tenants/").json()["results"]] == ["off", "on"]


def test_one_feature_off_is_partly_on(api: APIClient, there: dict[str, Any]) -> None:
    api.post("/api/v1/stops/", {"tenant": "globex", "feature": "drafts", "reason": "answers"}, format="json")
    tenant = api.get("/api/v1/tenants/globex/").json()
    assert tenant["state"] == "partly"
    assert {each["slug"]: each["state"] for each in tenant["features"]} == {
        "answers": "on",
        "drafts": "off",
        "eval-welcome": "on",
    }
    assert [stop["tenant"] for stop in api.get("/api/v1/features/drafts/").json()["stops"]] == ["globex"]


def test_a_version_is_read_and_compared(api: APIClient, there: dict[str, Any]) -> None:
    version = api.get("/api/v1/prompts/welcome/versions/v1/").json()
    assert (version["label"], version["live_in"]) == ("v1", ["production"])
    assert version["bundle"]["messages"][0]["content"] == "Be kind."
    found = api.get("/api/v1/prompts/welcome/versions/v2/diff/").json()
    assert (found["base"], found["head"], found["added"], found["removed"]) == ("v1", "v2", 1, 1)
    assert api.get("/api/v1/prompts/welcome/versions/v1/diff/", {"against": "v9"}).status_code == 404


def test_releases_are_listed(api: APIClient, there: dict[str, Any]) -> None:
    rows = api.get("/api/v1/prompts/welcome/releases/").json()["results"]
    assert [(row["label"], row["environment"]) for row in rows] == [("v2", "production"), ("v1", "production")]
    assert api.get("/api/v1/prompts/welcome/releases/", {"environment": "staging"}).json()["results"] == []


def test_the_cases_of_a_run_say_what_became_of_them(api: APIClient, there: dict[str, Any]) -> None:
    url = f"/api/v1/runs/{there['run_id']}/cases/"
    first = api.get(url, {"limit": 2}).json()
    assert (first["counts"], first["next"]) == ({"regressed": 3}, "2")
    assert [case["head"] for case in first["results"]] == [{"measured": 1, "passed": 0}] * 2
    assert len(api.get(url, {"limit": 2, "cursor": first["next"]}).json()["results"]) == 1
    assert api.get(url, {"kind": "fixed"}).json()["results"] == []


def test_a_suite_is_told_with_its_content(api: APIClient, there: dict[str, Any]) -> None:
    suite = api.get("/api/v1/suites/welcome/").json()
    assert (len(suite["content"]["cases"]), [each["number"] for each in suite["versions"]]) == (3, [1])


def test_signals_are_those_of_the_page(api: APIClient, there: dict[str, Any]) -> None:
    rows = api.get("/api/v1/drift-signals/").json()["results"]
    assert rows[0]["signal"] == "pass_rate"
    assert rows[0]["alarm"] is not None
    assert api.get("/api/v1/drift-signals/", {"suite": "none"}).json()["results"] == []


def test_processes_are_the_operators_to_see(api: APIClient, strangers: APIClient, there: dict[str, Any]) -> None:
    assert [(row["name"], row["is_answering"]) for row in api.get("/api/v1/processes/").json()["results"]] == [
        ("gateway-1", True)
    ]
    assert strangers.get("/api/v1/processes/").status_code == 403


def test_everybody_may_ask_who_they_are(
    as_role: AsRole, strangers: APIClient, nobody: APIClient, globex: Tenant
) -> None:
    mine = as_role(Role.AUDITOR).get("/api/v1/me/").json()
    assert (mine["kind"], mine["grants"][0]["role"], mine["grants"][0]["tenant"]) == ("key", "auditor", None)
    assert "audit.read" in mine["grants"][0]["permissions"]
    theirs = strangers.get("/api/v1/me/").json()
    assert (theirs["kind"], theirs["grants"][0]["tenant"]) == ("user", "globex")
    assert nobody.get("/api/v1/me/").status_code == 401
    assert strangers.post("/api/v1/me/").status_code in (403, 405)


def test_the_audit_log_is_searched(api: APIClient, there: dict[str, Any]) -> None:
    found = api.get("/api/v1/audit/", {"q": "opening hours"}).json()["results"]
    assert [row["action"] for row in found] == ["stop.made"]
    assert {row["seq"] for row in api.get("/api/v1/audit/", {"seq": 1}).json()["results"]} == {1}
