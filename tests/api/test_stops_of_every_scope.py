from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from costs import reports
from costs.endusers import user_key
from costs.models import EndUser
from gateway.models import Model, Provider
from killswitch import scopes
from killswitch.models import Stop, StopEvent
from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.factories import make_key
from tests.integrations.factories import make_connection
from tests.prompts.factories import make_version

STOPS, LIFT, BLAST = "/api/v1/stops/", "/api/v1/stops/lift/", "/api/v1/stops/blast-radius/"
TARGETS: dict[str, dict[str, str]] = {
    "global": {"scope": "global"},
    "tenant": {"tenant": "acme"},
    "feature": {"scope": "feature", "feature": "answers"},
    "tenant_feature": {"tenant": "acme", "feature": "answers"},
    "provider": {"provider": "openai"},
    "model": {"model": "gpt-test"},
    "prompt_version": {"prompt_version": "welcome@v1"},
    "connection": {"tenant": "acme", "connection": "erp"},
    "user": {"tenant": "acme", "user": "ann@acme.example"},
}
SHARED = sorted(scope for scope in TARGETS if scope in scopes.SHARED)
OF_A_TENANT = sorted(set(TARGETS) - set(SHARED))
# What a stop of it is shown by, beside tenant and feature.
REFS = {"provider": "openai", "model": "gpt-test", "prompt_version": "welcome@v1", "connection": "erp"}


@pytest.fixture
def there(acme: Tenant, answers: Feature) -> None:
    """One of everything that can be stopped."""
    provider = Provider.objects.create(slug="openai", name="OpenAI", base_url="https://x.example/v1")
    Model.objects.create(slug="gpt-test", provider=provider, upstream="gpt-test")
    make_version()
    make_connection(acme, "http://127.0.0.1:9")
    key = user_key(acme.pk, "ann@acme.example")
    EndUser.objects.create(tenant=acme, key=key, label="ann@acme.example", seen_at=datetime.now(UTC))


def stop(client: APIClient, scope: str, **values: Any) -> Any:
    return client.post(STOPS, {**TARGETS[scope], "reason": "looking", **values}, format="json")


@pytest.mark.parametrize("scope", TARGETS)
def test_it_is_stopped_shown_and_lifted(api: APIClient, there: None, scope: str) -> None:
    made = stop(api, scope)
    assert (made.status_code, made.data["stop"]["scope"], made.data["stop"]["origin"]) == (201, scope, "api")
    assert [row["id"] for row in api.get(STOPS, {"scope": scope}).data["results"]] == [made.data["stop"]["id"]]
    assert api.post(LIFT, TARGETS[scope], format="json").data["lifted"] is True
    assert api.post(LIFT, TARGETS[scope], format="json").data["lifted"] is False
    assert api.get(STOPS, {"scope": scope}).data["results"] == []


@pytest.mark.parametrize("scope", TARGETS)
def test_its_radius_is_told_before_and_kept_after(api: APIClient, there: None, scope: str) -> None:
    told = api.get(BLAST, TARGETS[scope])
    stop(api, scope)
    kept = StopEvent.objects.get().blast_radius
    assert told.status_code == 200
    assert {name: told.data[name] for name in ("calls_per_minute", "people", "tenants", "spend_usd")} == {
        name: kept[name] for name in ("calls_per_minute", "people", "tenants", "spend_usd")
    }
    assert told.data["open_streams"] is None


def test_a_stop_waits_for_no_report(api: APIClient, there: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def never_ends(*_: Any, **__: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(reports, "blast", never_ends)
    began = monotonic()
    made = stop(api, "tenant")
    assert (made.status_code, monotonic() - began < 4) == (201, True)
    opened = api.get(f"{STOPS}{made.data['stop']['id']}/").json()
    assert opened["events"][0]["blast_radius"]["calls_per_minute"] is None


@pytest.mark.parametrize(("scope", "ref"), REFS.items())
def test_it_is_named_as_it_was_asked_for(api: APIClient, there: None, scope: str, ref: str) -> None:
    assert stop(api, scope).data["stop"]["ref"] == ref


def test_a_persons_id_is_looked_up_and_kept_nowhere(api: APIClient, there: None) -> None:
    assert stop(api, "user").data["stop"]["ref"] == "ann@acme.example"
    assert "ann@" not in str(Stop.objects.values().get()) + str(StopEvent.objects.values().get())
    EndUser.objects.all().delete()
    assert api.get(STOPS).data["results"][0]["ref"] is None


def test_mode_message_and_what_happens_to_calls_under_way_are_as_asked(api: APIClient, there: None) -> None:
    review = datetime.now(UTC) + timedelta(days=1)
    values = {"mode": "canned", "in_flight": "drain", "drain_seconds": 30, "message": "Ask Ann.", "review_at": review}
    told = stop(api, "feature", **values).json()["stop"]
    assert {name: told[name] for name in ("mode", "in_flight", "drain_seconds", "message")} == {
        name: values[name] for name in ("mode", "in_flight", "drain_seconds", "message")
    }
    assert datetime.fromisoformat(told["review_at"]) == review


def test_what_the_command_does_is_labelled_so(api: APIClient, there: None) -> None:
    body = {**TARGETS["tenant"], "reason": "cost"}
    assert api.post(STOPS, body, format="json", headers={"X-AIOps-Client": "cli"}).data["stop"]["origin"] == "cli"


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({}, 422, "say what is meant"),
        ({"feature": "answers"}, 422, "a feature of everyone: say scope feature"),
        ({"tenant": "acme", "model": "gpt-test"}, 422, "together are no one target"),
        ({"scope": "model", "tenant": "acme"}, 422, "names model and nothing else"),
        ({"model": "gpt-tset"}, 404, "Did you mean gpt-test?"),
        ({"provider": "opnai"}, 404, "Did you mean openai?"),
        ({"prompt_version": "welcom@v1"}, 404, "Did you mean welcome?"),
        ({"prompt_version": "welcome"}, 422, "say which version"),
        ({"prompt_version": "welcome@v9"}, 404, "no such version"),
        ({"tenant": "acme", "connection": "epr"}, 404, "Did you mean erp?"),
        ({"model": "gpt-test", "mode": "read_only"}, 422, "cannot be read_only; it can be refuse, handoff, canned"),
        ({"tenant": "acme", "connection": "erp", "mode": "canned"}, 422, "cannot be canned"),
        ({"model": "gpt-test", "in_flight": "drain"}, 422, "draining takes 1 to 600 seconds"),
        ({"model": "gpt-test", "drain_seconds": 5}, 422, "they go with in_flight drain only"),
        ({"model": "gpt-test", "mode": "off"}, 400, "Allowed: refuse, handoff, canned, read_only."),
        ({"modle": "gpt-test"}, 400, "Did you mean mode or model?"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    api: APIClient, there: None, body: dict[str, Any], status: int, told: str
) -> None:
    answer = api.post(STOPS, {"reason": "cost", **body}, format="json")
    assert answer.status_code == status
    assert told in answer.content.decode()
    assert not Stop.objects.exists()


@pytest.mark.parametrize("scope", SHARED)
def test_a_tenants_own_admin_neither_stops_sees_nor_lifts_what_is_over_everybody(
    api: APIClient, strangers: APIClient, there: None, scope: str
) -> None:
    made = stop(api, scope).data["stop"]["id"]
    assert stop(strangers, scope).status_code == 403
    assert strangers.post(LIFT, TARGETS[scope], format="json").status_code == 403
    assert strangers.post(f"{STOPS}{made}/lift/", {}, format="json").status_code == 404
    assert strangers.get(f"{STOPS}{made}/").status_code == 404
    assert strangers.get(STOPS).data["results"] == []
    assert strangers.get(BLAST, TARGETS[scope]).status_code == 403


@pytest.mark.parametrize("scope", OF_A_TENANT)
def test_another_tenants_is_not_there(strangers: APIClient, there: None, scope: str) -> None:
    assert stop(strangers, scope).status_code == 404
    assert strangers.post(LIFT, TARGETS[scope], format="json").status_code == 404
    assert strangers.get(BLAST, TARGETS[scope]).status_code == 404


def test_who_may_not_learns_no_names(strangers: APIClient, there: None) -> None:
    answer = strangers.post(STOPS, {"model": "gpt-tset", "reason": "cost"}, format="json")
    assert (answer.status_code, b"gpt-test" in answer.content) == (403, False)


@pytest.mark.parametrize("scope", TARGETS)
def test_an_engineer_stops_what_is_shared_and_no_more(as_role: AsRole, there: None, scope: str) -> None:
    expected = 201 if scope in SHARED and scope != "global" else 403
    assert stop(as_role(Role.ENGINEER), scope).status_code == expected


@pytest.mark.parametrize("scope", TARGETS)
def test_an_engineer_lifts_no_other(api: APIClient, as_role: AsRole, there: None, scope: str) -> None:
    made = stop(api, scope).data["stop"]["id"]
    expected = 200 if scope in SHARED and scope != "global" else 403
    assert as_role(Role.ENGINEER).post(f"{STOPS}{made}/lift/", {}, format="json").status_code == expected


@pytest.mark.parametrize("scope", TARGETS)
def test_support_stops_everything_there_is(as_role: AsRole, there: None, scope: str) -> None:
    assert stop(as_role(Role.SUPPORT), scope).status_code == 201


@pytest.mark.parametrize("scope", OF_A_TENANT)
def test_a_key_of_one_tenant_stops_what_is_that_tenants(there: None, acme: Tenant, scope: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(acme, role=Role.TENANT_ADMIN).text}")
    assert stop(client, scope).status_code == 201


@pytest.mark.parametrize("wider", ["global", "feature", "tenant"])
def test_a_lift_tells_the_wider_stop_that_keeps_it_off(api: APIClient, there: None, wider: str) -> None:
    stop(api, "tenant_feature")
    stop(api, wider)
    answer = api.post(LIFT, TARGETS["tenant_feature"], format="json")
    assert (answer.data["lifted"], answer.data["still_off"]["scope"]) == (True, wider)


def test_stops_of_drills_are_listed_on_request_only(api: APIClient, there: None) -> None:
    stop(api, "tenant")
    assert api.get(STOPS, {"origin": "drill"}).data["results"] == []
    assert len(api.get(STOPS, {"origin": "api"}).data["results"]) == 1
