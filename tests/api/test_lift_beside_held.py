"""A lift tells what gateways go on refusing, of which the database knows nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from killswitch import scopes
from killswitch.models import Stop
from killswitch.targets import Target
from tenants.actors import SYSTEM
from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.factories import make_key
from tests.killswitch.factories import make_stop, stop_at
from tests.killswitch.test_held import held_by, stop_of

LIFT = "/api/v1/stops/lift/"
ACMES = {"tenant": "acme", "feature": "drafts"}


def held(target: str, *gateways: str) -> str:
    stop = stop_of(target, at=datetime.now(UTC) - timedelta(hours=1), reason="legal")
    held_by(stop, *(gateways or ("gateway-1",)), at=datetime.now(UTC))
    return str(stop.id)


def acmes_own(acme: Tenant) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(acme, role=Role.TENANT_ADMIN).text}")
    return client


@pytest.mark.parametrize("kind", ["own", "tenant", "feature", "everything"])
def test_what_covers_the_target_is_told_as_the_list_tells_it(
    api: APIClient, acme: Tenant, drafts: Feature, kind: str
) -> None:
    keys = {
        "own": scopes.tenant_feature_key(acme.pk, drafts.pk),
        "tenant": scopes.tenant_key(acme.pk),
        "feature": scopes.feature_key(drafts.pk),
        "everything": scopes.EVERYTHING,
    }
    made = held(keys[kind], "gateway-1", "gateway-2")
    (told,) = api.post(LIFT, ACMES, format="json").data["held_off"]
    assert (told["id"], told["processes"]) == (made, ["gateway-1", "gateway-2"])
    assert [told] == api.get("/api/v1/held-stops/").data["results"]


def test_what_covers_something_else_is_not_told(
    api: APIClient, acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature
) -> None:
    held(scopes.tenant_feature_key(acme.pk, answers.pk), "gateway-1")
    held(scopes.tenant_key(globex.pk), "gateway-2")
    assert api.post(LIFT, ACMES, format="json").data["held_off"] == []


def test_of_a_whole_tenant_its_features_are_told_too_by_the_stops_id(
    api: APIClient, acme: Tenant, drafts: Feature, now: datetime
) -> None:
    made, stop = held(scopes.tenant_feature_key(acme.pk, drafts.pk)), make_stop(acme, by=SYSTEM, at=now)
    told = api.post(f"/api/v1/stops/{stop.pk}/lift/", {}, format="json").data
    assert (told["lifted"], [each["id"] for each in told["held_off"]]) == (True, [made])


def test_a_tenants_own_read_of_their_own_and_not_who_holds_it(acme: Tenant, drafts: Feature) -> None:
    made = held(scopes.tenant_feature_key(acme.pk, drafts.pk), "gateway-1")
    held(scopes.EVERYTHING, "gateway-2")
    (told,) = acmes_own(acme).post(LIFT, ACMES, format="json").data["held_off"]
    assert (told["id"], told["processes"], told["reviewed_by"]) == (made, [], None)


@pytest.mark.parametrize(
    ("target", "named"),
    [
        (Target.model("nosuch"), {"model": "nosuch"}),
        (Target.provider("nosuch", "No such"), {"provider": "nosuch"}),
        (Target.prompt_version(UUID(int=7), "nosuch v3"), {"prompt_version": "nosuch@v3"}),
    ],
)
def test_what_is_stopped_is_lifted_by_name_also_when_it_is_no_more(
    api: APIClient, operator: Tenant, now: datetime, target: Target, named: dict[str, str]
) -> None:
    assert api.post(LIFT, named, format="json").status_code == 404
    stop_at(target, by=SYSTEM, at=now)
    assert api.post(LIFT, named, format="json").data["lifted"] is True
    assert not Stop.objects.active().exists()
    assert api.post(LIFT, named, format="json").status_code == 404


def test_whoever_may_not_learns_nothing_of_it(as_role: AsRole, operator: Tenant, now: datetime) -> None:
    stop_at(Target.model("nosuch"), by=SYSTEM, at=now)
    manager = as_role(Role.MANAGER)
    answers = [manager.post(LIFT, {"model": name}, format="json") for name in ("nosuch", "other")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].data["error"]["detail"] == answers[1].data["error"]["detail"]
