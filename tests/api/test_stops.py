from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from killswitch.models import Stop, StopEvent
from tenants import revisions
from tenants.models import AuditEntry, Feature, Process, Revision, Role, Tenant
from tests.api.conftest import AsRole
from tests.killswitch.factories import BY_GLASS, make_stop

STOPS, LIFT = "/api/v1/stops/", "/api/v1/stops/lift/"
ORDER = {"tenant": "acme", "reason": "answers", "note": "Wrong opening hours"}


def make_gateway(name: str, *, stops_revision: int) -> Process:
    """One that answers just now."""
    now = datetime.now(UTC)
    return Process.objects.create(
        id=uuid4(),
        kind=Process.Kind.GATEWAY,
        name=name,
        pid=1,
        started_at=now,
        seen_at=now,
        stops_revision=stops_revision,
        config_revision=0,
        push_works=True,
        open_calls=0,
    )


def test_a_tenant_is_stopped_and_the_revision_told(api: APIClient, acme: Tenant) -> None:
    answer = api.post(STOPS, ORDER, format="json")
    assert answer.status_code == 201
    stop = Stop.objects.get(tenant=acme)
    assert (stop.state, stop.reason, stop.note) == ("active", "answers", "Wrong opening hours")
    assert answer.data["revision"] == stop.revision == revisions.number(Revision.Name.STOPS)
    assert (answer.data["stop"]["tenant"], answer.data["stop"]["feature"]) == ("acme", None)


def test_one_feature_can_be_stopped_until_a_time(api: APIClient, acme: Tenant, drafts: Feature) -> None:
    ends = datetime.now(UTC) + timedelta(hours=4)
    order = ORDER | {"feature": "drafts", "expires_at": ends.isoformat()}
    answer = api.post(STOPS, order, format="json")
    stop = Stop.objects.get(tenant=acme)
    assert (stop.feature, stop.expires_at) == (drafts, ends)
    assert answer.data["stop"]["feature"] == "drafts"


def test_a_second_stop_joins_the_first(api: APIClient, acme: Tenant) -> None:
    api.post(STOPS, ORDER, format="json")
    answer = api.post(STOPS, ORDER | {"reason": "cost"}, format="json")
    assert (answer.status_code, answer.data["joined"]) == (200, True)
    assert Stop.objects.count() == 1


def test_a_first_stop_has_nothing_before_it(api: APIClient, acme: Tenant) -> None:
    answer = api.post(STOPS, ORDER, format="json")
    assert (answer.data["joined"], answer.data["before"]) == (False, None)
    assert answer.data["stop"]["needs_second_person"] is False


def test_a_stop_that_joins_tells_what_held_before_it(api: APIClient, acme: Tenant) -> None:
    ends = datetime.now(UTC) + timedelta(hours=4)
    api.post(STOPS, ORDER | {"expires_at": ends.isoformat()}, format="json")
    answer = api.post(STOPS, ORDER | {"reason": "safety"}, format="json").json()
    assert answer["before"]["reason"] == "answers"
    assert datetime.fromisoformat(answer["before"]["expires_at"]) == ends
    assert (answer["stop"]["reason"], answer["stop"]["expires_at"]) == ("safety", None)
    assert answer["stop"]["needs_second_person"] is True


def test_sent_again_under_one_key_it_is_done_once(api: APIClient, acme: Tenant) -> None:
    first = api.post(STOPS, ORDER, format="json", headers={"Idempotency-Key": "a1"})
    second = api.post(STOPS, ORDER, format="json", headers={"Idempotency-Key": "a1"})
    assert (second.status_code, second.json()) == (201, first.json())
    assert StopEvent.objects.count() == 1


def test_one_key_for_two_requests_is_refused(api: APIClient, acme: Tenant) -> None:
    api.post(STOPS, ORDER, format="json", headers={"Idempotency-Key": "a1"})
    again = api.post(STOPS, ORDER | {"reason": "cost"}, format="json", headers={"Idempotency-Key": "a1"})
    assert again.status_code == 409


def test_a_refused_request_does_not_use_up_its_key(api: APIClient, acme: Tenant) -> None:
    api.post(STOPS, ORDER | {"reason": "fun"}, format="json", headers={"Idempotency-Key": "a1"})
    assert api.post(STOPS, ORDER, format="json", headers={"Idempotency-Key": "a1"}).status_code == 201


def test_what_was_known_of_its_calls_is_kept_with_the_stop(api: APIClient, acme: Tenant) -> None:
    api.post(STOPS, ORDER, format="json")
    kept = StopEvent.objects.get().blast_radius
    assert (kept["calls_per_minute"], kept["people"], kept["tenants"], kept["spend_usd"]) == (0.0, 0, 0, "0")


def test_a_lift_by_target_lets_calls_through_again(api: APIClient, acme: Tenant) -> None:
    made = api.post(STOPS, ORDER, format="json")
    answer = api.post(LIFT, {"tenant": "acme", "note": "fixed"}, format="json")
    revision = made.data["revision"] + 1
    assert answer.data == {"lifted": True, "revision": revision, "still_off": None, "features_off": [], "held_off": []}
    assert AuditEntry.objects.of(acme).filter(action="stop.lifted").exists()


def test_a_lift_by_id_lets_calls_through_again(api: APIClient, acme: Tenant) -> None:
    made = api.post(STOPS, ORDER, format="json")
    answer = api.post(f"{STOPS}{made.data['stop']['id']}/lift/", {}, format="json")
    assert answer.data["lifted"] is True


def test_lifting_what_is_on_says_so(api: APIClient, acme: Tenant) -> None:
    answer = api.post(LIFT, {"tenant": "acme"}, format="json")
    assert (answer.status_code, answer.data["lifted"]) == (200, False)


def test_lifting_a_feature_tells_that_the_whole_tenant_is_off(api: APIClient, acme: Tenant, drafts: Feature) -> None:
    api.post(STOPS, ORDER, format="json")
    answer = api.post(LIFT, {"tenant": "acme", "feature": "drafts"}, format="json")
    assert answer.data["lifted"] is False
    assert answer.data["still_off"]["tenant"] == "acme"


def test_lifting_a_tenant_tells_which_features_stay_off(api: APIClient, acme: Tenant, drafts: Feature) -> None:
    made = api.post(STOPS, ORDER, format="json")
    api.post(STOPS, ORDER | {"feature": "drafts"}, format="json")
    by_target = api.post(LIFT, {"tenant": "acme"}, format="json")
    by_id = api.post(f"{STOPS}{made.data['stop']['id']}/lift/", {}, format="json")
    assert [stop["feature"] for stop in by_target.data["features_off"]] == ["drafts"]
    assert [stop["feature"] for stop in by_id.data["features_off"]] == ["drafts"]


def test_a_stop_for_safety_needs_a_second_person(api: APIClient, as_role: AsRole, acme: Tenant) -> None:
    api.post(STOPS, ORDER | {"reason": "safety"}, format="json")
    refused = api.post(LIFT, {"tenant": "acme"}, format="json")
    assert (refused.status_code, refused.data["error"]["code"]) == (403, "needs_another")
    assert "in person or with a key that they made" in refused.data["error"]["detail"]
    assert as_role(Role.SUPPORT).post(LIFT, {"tenant": "acme"}, format="json").data["lifted"] is True


def test_a_stop_tells_that_it_takes_two_also_where_the_glass_joined(api: APIClient, acme: Tenant) -> None:
    made = api.post(STOPS, ORDER, format="json").data["stop"]
    make_stop(acme, by=BY_GLASS, at=datetime.now(UTC), reason=Stop.Reason.SAFETY)
    stop = api.get(f"{STOPS}{made['id']}/").data
    assert (made["takes_two"], stop["takes_two"], stop["made_by"]) == (False, True, made["made_by"])


def test_the_list_shows_what_is_off_and_on_request_what_was(api: APIClient, acme: Tenant, globex: Tenant) -> None:
    api.post(STOPS, ORDER, format="json")
    api.post(STOPS, ORDER | {"tenant": "globex"}, format="json")
    api.post(LIFT, {"tenant": "acme"}, format="json")
    listed = {state: api.get(STOPS, {"state": state}).data["results"] for state in ("active", "lifted", "all")}
    assert [stop["tenant"] for stop in listed["active"]] == ["globex"]
    assert [stop["tenant"] for stop in listed["lifted"]] == ["acme"]
    assert [stop["tenant"] for stop in listed["all"]] == ["globex", "acme"]
    assert [stop["tenant"] for stop in api.get(STOPS, {"tenant": "acme", "state": "all"}).data["results"]] == ["acme"]


def test_confirmations_tell_who_has_applied_a_revision(api: APIClient, acme: Tenant) -> None:
    revision = api.post(STOPS, ORDER, format="json").data["revision"]
    make_gateway("gateway-1", stops_revision=revision)
    make_gateway("gateway-2", stops_revision=revision - 1)
    found = api.get(f"{STOPS}revisions/{revision}/").data
    assert (found["total"], found["confirmed"], found["complete"]) == (2, 1, False)
    assert found["laggards"] == ("gateway-2",)


def test_who_is_over_one_tenant_reads_how_many_have_applied_its_own_changes_and_no_others(
    api: APIClient, strangers: APIClient, acme: Tenant, globex: Tenant
) -> None:
    theirs = api.post(STOPS, ORDER, format="json").data["revision"]
    own = api.post(STOPS, ORDER | {"tenant": "globex"}, format="json").data
    make_gateway("gateway-1@host-7", stops_revision=own["revision"])
    make_gateway("gateway-2@host-9", stops_revision=theirs - 1)
    assert strangers.get(f"{STOPS}revisions/{theirs}/").status_code == 404
    assert strangers.get(f"{STOPS}revisions/999999/").data == strangers.get(f"{STOPS}revisions/{theirs}/").data
    found = strangers.get(f"{STOPS}revisions/{own['revision']}/")
    assert (found.data["total"], found.data["confirmed"]) == (2, 1)
    assert "host-" not in found.content.decode()
    assert "host-" not in strangers.get(f"{STOPS}{own['stop']['id']}/").content.decode()
    assert "gateway-2@host-9" in api.get(f"{STOPS}revisions/{theirs}/").data["laggards"]


def test_lifting_what_is_on_says_what_to_wait_for(api: APIClient, strangers: APIClient, globex: Tenant) -> None:
    strangers.post(STOPS, ORDER | {"tenant": "globex"}, format="json")
    last = strangers.post(LIFT, {"tenant": "globex"}, format="json").data["revision"]
    again = strangers.post(LIFT, {"tenant": "globex"}, format="json").data
    assert (again["lifted"], again["revision"]) == (False, last)
    assert strangers.get(f"{STOPS}revisions/{last}/").status_code == 200


def test_where_nothing_was_ever_off_there_is_nothing_to_wait_for(
    api: APIClient, strangers: APIClient, acme: Tenant, globex: Tenant
) -> None:
    api.post(STOPS, ORDER, format="json")
    assert strangers.post(LIFT, {"tenant": "globex"}, format="json").data["revision"] == 0


def test_without_a_gateway_nobody_is_left_to_confirm(api: APIClient, acme: Tenant) -> None:
    revision = api.post(STOPS, ORDER, format="json").data["revision"]
    assert api.get(f"{STOPS}revisions/{revision}/").data["complete"] is True


def test_a_revision_to_come_is_not_there(api: APIClient) -> None:
    assert api.get(f"{STOPS}revisions/999999/").status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"reason": "fun"}, 400, "Allowed: looking, answers, cost"),
        ({"reason": "automatic"}, 400, "Allowed: looking, answers, cost"),
        ({"tenant": "acmee"}, 404, "Did you mean acme?"),
        ({"tenant": "_operator"}, 404, "no tenant"),
        ({"feature": "nothing"}, 404, "no feature"),
        ({"expires_at": "2020-01-01T00:00Z"}, 422, "expires_at"),
        ({"reason": "privacy", "expires_at": "2099-01-01T00:00Z"}, 422, "second person"),
        ({"expires": "4h"}, 400, "Did you mean expires_at?"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    api: APIClient, acme: Tenant, change: dict[str, Any], status: int, told: str
) -> None:
    answer = api.post(STOPS, ORDER | change, format="json")
    assert answer.status_code == status
    assert told in answer.content.decode()
    assert not Stop.objects.exists()


def test_another_tenants_stops_are_not_there(api: APIClient, strangers: APIClient, acme: Tenant) -> None:
    made = api.post(STOPS, ORDER, format="json")
    assert strangers.get(STOPS).data["results"] == []
    assert strangers.get(STOPS, {"tenant": "acme"}).status_code == 404
    assert strangers.post(STOPS, ORDER, format="json").status_code == 404
    assert strangers.post(LIFT, {"tenant": "acme"}, format="json").status_code == 404
    assert strangers.post(f"{STOPS}{made.data['stop']['id']}/lift/", {}, format="json").status_code == 404


def test_a_tenants_own_admin_stops_that_tenant(strangers: APIClient, globex: Tenant) -> None:
    assert strangers.post(STOPS, ORDER | {"tenant": "globex"}, format="json").status_code == 201


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.MANAGER, Role.AUDITOR])
def test_who_only_looks_changes_nothing(as_role: AsRole, acme: Tenant, role: Role) -> None:
    client = as_role(role)
    assert client.get(STOPS).status_code == 200
    assert client.post(STOPS, ORDER, format="json").status_code == 403
    assert client.post(LIFT, {"tenant": "acme"}, format="json").status_code == 403


def test_a_viewer_looks_and_changes_nothing(viewers: APIClient) -> None:
    assert viewers.get(STOPS).status_code == 200
    assert viewers.post(STOPS, ORDER, format="json").status_code == 403


def test_nobody_gets_nothing(nobody: APIClient, db: None) -> None:
    assert nobody.get(STOPS).status_code == 401
    assert nobody.post(STOPS, ORDER, format="json").status_code == 401


def test_a_browser_without_its_token_is_refused(stranger: object, globex: Tenant) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(stranger)  # type: ignore[arg-type]  # the fixture's user
    assert client.post(STOPS, ORDER | {"tenant": "globex"}, format="json").status_code == 403


@pytest.mark.parametrize("address", [LIFT, f"{STOPS}{UUID(int=1)}/lift/"])
def test_a_lift_is_not_read(api: APIClient, address: str) -> None:
    assert api.get(address).status_code == 405
