from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from killswitch.models import Plan, Stop
from killswitch.targets import Target
from tenants.models import Role, Tenant, User
from tenants.principals import of_user
from tests.api.conftest import AsRole
from tests.factories import actor_of, make_user
from tests.killswitch.planned.factories import make_plan, start_due

PLANS = "/api/v1/plans/"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
ORDER = {"tenant": "acme", "reason": "maintenance", "starts_at": TOMORROW.isoformat(), "note": "Upgrade"}


@pytest.fixture
def theirs(acme: Tenant) -> User:
    return make_user("ann@acme.example", Role.TENANT_ADMIN, acme)


def logged_in(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def planned(api: APIClient, **more: Any) -> Any:
    answer = api.post(PLANS, {**ORDER, **more}, format="json")
    assert answer.status_code == 201, answer.data
    return answer.data


def test_a_stop_is_planned(api: APIClient, acme: Tenant) -> None:
    made = planned(api, lasts_seconds=7200)
    assert (made["state"], made["what"], made["note"], made["origin"]) == ("waiting", "Acme Robotics", "Upgrade", "api")
    plan = Plan.objects.get()
    assert (plan.starts_at, plan.expires_at) == (TOMORROW, TOMORROW + timedelta(hours=2))
    assert not Stop.objects.exists()


def test_it_is_read_with_what_came_of_it(api: APIClient, acme: Tenant) -> None:
    made = planned(api)
    start_due(TOMORROW)
    found = api.get(f"{PLANS}{made['id']}/").data
    assert (found["state"], str(found["stop"])) == ("started", str(Stop.objects.get().pk))


def test_those_that_wait_are_listed(api: APIClient, acme: Tenant, globex: Tenant) -> None:
    made, other = planned(api), planned(api, tenant="globex")
    api.post(f"{PLANS}{other['id']}/cancel/", {}, format="json")
    assert [row["id"] for row in api.get(PLANS).data["results"]] == [made["id"]]
    assert len(api.get(PLANS, {"state": "all"}).data["results"]) == 2
    assert api.get(PLANS, {"tenant": "globex"}).data["results"] == []


def test_one_is_cancelled_and_stays_so(api: APIClient, acme: Tenant) -> None:
    made = planned(api)
    first = api.post(f"{PLANS}{made['id']}/cancel/", {}, format="json")
    again = api.post(f"{PLANS}{made['id']}/cancel/", {}, format="json")
    assert (first.status_code, first.data["state"]) == (200, "cancelled")
    assert (again.status_code, again.data["settled_at"]) == (200, first.data["settled_at"])


def test_what_has_started_is_not_cancelled(api: APIClient, acme: Tenant) -> None:
    made = planned(api)
    start_due(TOMORROW)
    assert api.post(f"{PLANS}{made['id']}/cancel/", {}, format="json").status_code == 409


def test_a_person_is_named_as_their_tenant_names_them(api: APIClient, acme: Tenant) -> None:
    made = planned(api, user="u-1042")
    assert (made["scope"], made["what"]) == ("user", "one person of Acme Robotics")


def test_sent_twice_under_one_key_it_is_planned_once(api: APIClient, acme: Tenant) -> None:
    answers = [api.post(PLANS, ORDER, format="json", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert Plan.objects.count() == 1
    assert api.post(PLANS, ORDER, format="json").status_code == 409


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"starts_at": "2020-01-01T00:00:00Z"}, 422, "is not in the future"),
        ({"expires_at": ORDER["starts_at"]}, 422, "is not in the future"),
        ({"lasts_seconds": 5, "expires_at": ORDER["starts_at"]}, 422, "not both"),
        ({"lasts_seconds": 5, "reason": "legal"}, 422, "stays until a second person lifts it"),
        ({"lasts_seconds": 0}, 400, "greater than or equal to 1"),
        ({"starts": "now"}, 400, "There is no such field"),
    ],
)
def test_what_cannot_be_is_refused(api: APIClient, acme: Tenant, given: dict[str, Any], status: int, said: str) -> None:
    answer = api.post(PLANS, {**ORDER, **given}, format="json")
    assert answer.status_code == status
    assert said in str(answer.data)
    assert not Plan.objects.exists()


def test_a_stop_of_now_takes_no_start(api: APIClient, acme: Tenant) -> None:
    assert api.post("/api/v1/stops/", ORDER, format="json").status_code == 400


def test_one_of_everyone_needs_what_a_stop_of_everyone_needs(as_role: AsRole, operator: Tenant) -> None:
    order = {"scope": "global", "reason": "maintenance", "starts_at": TOMORROW.isoformat()}
    assert as_role(Role.MANAGER).post(PLANS, order, format="json").status_code == 403
    assert as_role(Role.ADMIN).post(PLANS, order, format="json").status_code == 201


def test_a_tenants_own_people_plan_see_and_cancel_their_own(theirs: User) -> None:
    client = logged_in(theirs)
    made = planned(client)
    assert [row["id"] for row in client.get(PLANS).data["results"]] == [made["id"]]
    assert client.post(f"{PLANS}{made['id']}/cancel/", {}, format="json").status_code == 200


def test_the_operators_they_see_without_who_and_why_and_do_not_cancel(
    acme: Tenant, theirs: User, support: User
) -> None:
    plan = make_plan(Target.of(acme), starts_at=TOMORROW, by=of_user(support).actor, note="court order")
    client = logged_in(theirs)
    found = client.get(f"{PLANS}{plan.pk}/")
    assert (found.data["made_by"], found.data["note"], found.data["by_operator"]) == ("the operator", "", True)
    refused = client.post(f"{PLANS}{plan.pk}/cancel/", {}, format="json")
    assert (refused.status_code, refused.data["error"]["code"]) == (403, "operators_stop")
    log = client.get("/api/v1/audit/", {"tenant": "acme", "action": "stop.planned"})
    assert log.status_code in (200, 403)
    assert "court order" not in log.content.decode()
    assert str(support) not in log.content.decode()


def test_what_is_over_everybody_is_not_there_for_them(theirs: User, admin: User) -> None:
    plan = make_plan(Target.model("gpt-4o"), starts_at=TOMORROW, by=actor_of(admin))
    client = logged_in(theirs)
    assert client.get(PLANS).data["results"] == []
    assert client.get(f"{PLANS}{plan.pk}/").status_code == 404
    assert client.post(f"{PLANS}{plan.pk}/cancel/", {}, format="json").status_code == 404


def test_another_tenants_is_not_there(strangers: APIClient, acme: Tenant, admin: User) -> None:
    plan = make_plan(Target.of(acme), starts_at=TOMORROW, by=actor_of(admin))
    assert strangers.get(f"{PLANS}{plan.pk}/").status_code == 404
    assert strangers.post(f"{PLANS}{plan.pk}/cancel/", {}, format="json").status_code == 404
    assert strangers.post(PLANS, ORDER, format="json").status_code == 404


def test_a_viewer_reads_and_changes_nothing(viewers: APIClient, acme: Tenant, admin: User) -> None:
    plan = make_plan(Target.of(acme), starts_at=TOMORROW, by=actor_of(admin))
    assert viewers.get(f"{PLANS}{plan.pk}/").status_code == 200
    assert viewers.post(f"{PLANS}{plan.pk}/cancel/", {}, format="json").status_code == 403
    assert viewers.post(PLANS, ORDER, format="json").status_code == 403
