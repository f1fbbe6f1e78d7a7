"""The REST door of actions: who may run what, as whom, and what they are told."""

from dataclasses import replace
from typing import Any

import pytest
from rest_framework.test import APIClient

from integrations import choosing, services
from integrations.models import Connection, LedgerEntry
from integrations.tryton.sales import DRAFT_SALE
from killswitch.models import Stop
from tenants.actors import Actor
from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.factories import make_key, make_operator
from tests.integrations.asking import ACTIONS, DRAFT, WRITES, an_application, ask
from tests.integrations.factories import SALE, make_connection
from tests.integrations.stand_in import StandIn
from tests.killswitch.factories import make_stop

READ = f"{ACTIONS}tryton.read_party/"


@pytest.fixture
def shop(acme: Tenant, answers: Feature) -> APIClient:
    """Acme's application, by a call key pinned to a feature."""
    return an_application(acme, feature=answers)


def test_an_application_reads_with_its_tenants_own_rights(shop: APIClient, connection: Connection) -> None:
    answer = shop.post(READ, {"input": {"code": "C-001"}}, format="json")
    assert answer.status_code == 200
    assert answer.data["output"]["parties"] == [
        {"id": 2, "code": "C-001", "name": "Northwind Traders", "addresses": [], "contacts": []}
    ]


def test_what_another_tenants_user_sees_is_not_there(
    globex: Tenant, connection: Connection, tryton: StandIn, answers: Feature
) -> None:
    make_connection(globex, tryton.url, key="key-of-globex", acts_as="globex-bot")
    theirs = an_application(globex, feature=answers)
    assert theirs.post(READ, {"input": {"code": "C-001"}}, format="json").data["output"] == {"parties": []}
    assert tryton.keys == ["key-of-globex"]


def test_a_percent_sign_is_searched_for_and_matches_nothing_else(shop: APIClient, connection: Connection) -> None:
    found = shop.post(READ, {"input": {"name": "100%"}}, format="json").data["output"]["parties"]
    assert [party["code"] for party in found] == ["C-002"]


def test_a_write_waits_for_a_person_and_says_so(shop: APIClient, connection: Connection, tryton: StandIn) -> None:
    answer = ask(shop, user="kim", prompt_version="v3")
    write = answer.data["write"]
    assert (answer.status_code, write["state"], write["feature"]) == (202, "waiting", "answers")
    assert "Waiting for approval" in write["says"]
    assert write["url"].endswith(f"/writes/{write['id']}/")
    assert {"field": "party", "before": None, "after": "C-001 Northwind Traders"} in write["diff"]
    assert (write["user"], write["prompt_version"]) == ("kim", "v3")
    assert tryton.written() == []


def test_the_same_request_gets_the_same_write(shop: APIClient, connection: Connection) -> None:
    first, second = ask(shop), ask(shop)
    assert (first.data["replayed"], second.data["replayed"]) == (False, True)
    assert first.data["write"]["id"] == second.data["write"]["id"]
    assert LedgerEntry.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(shop: APIClient, connection: Connection) -> None:
    ask(shop)
    answer = ask(shop, input={**SALE, "party": "C-002"})
    assert (answer.status_code, answer.data["error"]["code"]) == (409, "key_used")


def test_a_key_of_another_tenant_is_another_key(
    shop: APIClient, connection: Connection, globex: Tenant, tryton: StandIn, answers: Feature
) -> None:
    make_connection(globex, tryton.url, key="key-of-globex", acts_as="globex-bot")
    ask(shop)
    theirs = ask(an_application(globex, feature=answers), input={**SALE, "party": "G-001"})
    assert (theirs.status_code, theirs.data["replayed"]) == (202, False)


def test_without_a_key_the_call_and_the_position_are_one(shop: APIClient, connection: Connection) -> None:
    call = "0190a5d2-0000-7000-8000-000000000001"
    body = {"input": SALE, "call_id": call}
    ids = [shop.post(DRAFT, body | {"position": position}, format="json").data["write"]["id"] for position in (0, 0, 1)]
    assert ids[0] == ids[1] != ids[2]


def test_a_write_with_neither_is_refused(shop: APIClient, connection: Connection) -> None:
    answer = shop.post(DRAFT, {"input": SALE}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (422, "invalid")
    assert "idempotency_key" in answer.data["error"]["detail"]


def test_a_dry_run_shows_and_sends_nothing_and_takes_no_key(
    acme: Tenant, shop: APIClient, allowing: Connection, tryton: StandIn
) -> None:
    tried = ask(shop, dry_run=True)
    assert (tried.status_code, tried.data["write"]["state"]) == (200, "planned")
    assert tryton.written() == []
    assert ask(shop).data["write"]["state"] == "done"


def test_a_connection_of_dry_runs_sends_nothing(acme: Tenant, shop: APIClient, tryton: StandIn) -> None:
    make_connection(acme, tryton.url, writes="dry_run")
    assert ask(shop).data["write"]["state"] == "planned"
    assert tryton.written() == []


def test_what_evals_ask_is_a_dry_run_always(operator: Tenant, tryton: StandIn, answers: Feature) -> None:
    make_connection(make_operator(), tryton.url, writes="allow")
    assert ask(an_application(operator, feature=answers)).data["write"]["state"] == "planned"
    assert tryton.written() == []


@pytest.mark.parametrize(
    ("input", "said"),
    [
        ({}, "party"),
        ({**SALE, "lines": []}, "lines"),
        ({**SALE, "party": 7}, "party"),
        ({**SALE, "discount": 1}, "discount"),
        ({**SALE, "lines": [{"description": "x", "quantity": -1, "unit_price": "1"}]}, "quantity"),
        ({**SALE, "lines": [{"description": "x", "quantity": 1, "unit_price": "cheap"}]}, "unit_price"),
        ({**SALE, "lines": [{"quantity": 1, "unit_price": "1"}]}, "lines"),
        ({**SALE, "party": "x" * 70_000}, "longer than"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_in_words(
    shop: APIClient, connection: Connection, tryton: StandIn, input: dict[str, Any], said: str
) -> None:
    answer = ask(shop, input=input)
    assert answer.status_code == 422
    assert said in answer.data["error"]["detail"]
    assert tryton.asked == []


# Refusals


@pytest.mark.parametrize("path", [READ, DRAFT])
def test_a_stopped_tenant_neither_reads_nor_writes(
    shop: APIClient, connection: Connection, acme: Tenant, by_support: Actor, tryton: StandIn, path: str, now: Any
) -> None:
    make_stop(acme, by=by_support, at=now, note="leaked")
    input = {"code": "C-001"} if path == READ else SALE
    answer = ask(shop, path, input=input)
    assert (answer.status_code, answer.data["error"]["code"]) == (503, "stopped")
    assert "leaked" not in str(answer.data)
    assert "looking" not in str(answer.data).lower()
    assert tryton.asked == []


def test_a_stopped_feature_does_not_write_and_another_does(
    shop: APIClient,
    acme: Tenant,
    connection: Connection,
    answers: Feature,
    drafts: Feature,
    by_support: Actor,
    now: Any,
) -> None:
    make_stop(acme, feature=answers, by=by_support, at=now)
    assert ask(shop).status_code == 503
    assert ask(an_application(acme, feature=drafts)).status_code == 202


def test_staff_are_told_why_it_is_stopped(
    api: APIClient, acme: Tenant, connection: Connection, by_support: Actor, now: Any
) -> None:
    make_stop(acme, by=by_support, at=now)
    assert "looking into it, by support@operator.example" in ask(api, tenant="acme").data["error"]["detail"]


def test_a_stop_that_comes_while_the_system_is_asked_holds(
    shop: APIClient, allowing: Connection, acme: Tenant, by_support: Actor, tryton: StandIn, monkeypatch: Any, now: Any
) -> None:
    action = DRAFT_SALE

    def stop_meanwhile(*arguments: Any) -> Any:
        make_stop(acme, by=by_support, at=now)
        return action.plan(*arguments)

    monkeypatch.setitem(choosing.ACTIONS, action.name, replace(action, plan=stop_meanwhile))
    assert ask(shop).status_code == 503
    assert Stop.objects.active().exists()
    assert (tryton.written(), LedgerEntry.objects.count()) == ([], 0)


def test_a_connection_that_is_off_refuses(shop: APIClient, connection: Connection, by_support: Actor, now: Any) -> None:
    services.disconnect(connection, by=by_support, at=now)
    assert ask(shop).status_code == 404
    answer = ask(shop, connection="erp")
    assert (answer.status_code, answer.data["error"]["code"]) == (409, "connection_off")


def test_a_key_of_staging_does_not_reach_production(acme: Tenant, connection: Connection, answers: Feature) -> None:
    staging = an_application(acme, feature=answers, environment="staging")
    assert ask(staging).status_code == 404
    assert ask(staging, connection="erp").status_code == 404


def test_the_body_cannot_name_another_tenant_or_feature(
    shop: APIClient, connection: Connection, globex: Tenant, drafts: Feature
) -> None:
    assert ask(shop, tenant="globex").status_code == 404
    assert ask(shop, feature="drafts").status_code == 422


def test_a_key_without_a_feature_has_to_name_one(acme: Tenant, connection: Connection, drafts: Feature) -> None:
    loose = an_application(acme)
    assert ask(loose).status_code == 422
    assert ask(loose, feature="drafts").data["write"]["feature"] == "drafts"


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_these_roles_run_no_action(as_role: AsRole, acme: Tenant, connection: Connection, role: Role) -> None:
    assert ask(as_role(role), tenant="acme").status_code == 403


def test_an_engineers_key_runs_them_for_a_tenant(as_role: AsRole, acme: Tenant, connection: Connection) -> None:
    assert ask(as_role(Role.ENGINEER), tenant="acme").status_code == 202
    assert ask(as_role(Role.ENGINEER)).status_code == 422


def test_an_unknown_action_is_answered_with_the_near_ones(shop: APIClient, connection: Connection) -> None:
    answer = ask(shop, f"{ACTIONS}tryton.draft_sales/")
    assert answer.status_code == 404
    assert "Did you mean tryton.draft_sale" in answer.data["error"]["detail"]


def test_without_a_key_of_any_kind_nothing_runs(nobody: APIClient, connection: Connection) -> None:
    assert ask(nobody).status_code == 401


def test_a_call_key_opens_nothing_else(acme: Tenant, connection: Connection, answers: Feature) -> None:
    shop = an_application(acme, feature=answers)
    assert shop.get("/api/v1/connections/").status_code == 403
    assert shop.get(WRITES).status_code == 403
    assert shop.post(f"{WRITES}{connection.pk}/approve/", {}, format="json").status_code == 403


def test_a_call_key_sees_what_it_asked_for_and_not_what_another_did(
    acme: Tenant, connection: Connection, answers: Feature
) -> None:
    shop, other = an_application(acme, feature=answers), an_application(acme, feature=answers)
    id = ask(shop).data["write"]["id"]
    assert shop.get(f"{WRITES}{id}/").data["state"] == "waiting"
    assert other.get(f"{WRITES}{id}/").status_code == 404


def test_actions_are_listed_with_their_schemas_and_who_offers_them(
    api: APIClient, shop: APIClient, connection: Connection
) -> None:
    listed = {row["name"]: row for row in shop.get(ACTIONS).data["results"]}
    assert listed["tryton.draft_sale"]["undone_by"] == "tryton.cancel_sale"
    assert listed["tryton.read_party"]["risk"] is None
    assert listed["tryton.read_party"]["connections"] == [
        {"tenant": "acme", "connection": "erp", "environment": "production"}
    ]
    assert {row["name"] for row in api.get(ACTIONS).data["results"]} == set(listed)


def test_a_system_that_cannot_be_reached_is_said_so(acme: Tenant, answers: Feature) -> None:
    make_connection(acme, "http://127.0.0.1:1")
    answer = ask(an_application(acme, feature=answers))
    assert (answer.status_code, answer.data["error"]["code"]) == (502, "unreachable")


def test_a_failed_write_answers_with_its_entry(shop: APIClient, allowing: Connection, tryton: StandIn) -> None:
    tryton.faults.append("403")
    answer = ask(shop)
    assert (answer.status_code, answer.data["error"]["code"]) == (502, "no_rights")
    assert answer.data["write"]["state"] == "failed"


def test_a_revoked_call_key_is_refused(api: APIClient, acme: Tenant, connection: Connection, answers: Feature) -> None:
    made = make_key(acme, feature=answers)
    api.delete(f"/api/v1/keys/{made.key.pk}/")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {made.text}")
    assert ask(client).status_code == 401


def test_another_method_is_refused(shop: APIClient, connection: Connection) -> None:
    assert shop.get(DRAFT).status_code == 405
