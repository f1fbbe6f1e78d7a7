from datetime import UTC, datetime

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from killswitch.models import Drill
from tenants.models import Role, Tenant
from tests.api.conftest import AsRole
from tests.api.test_stops import make_gateway

DRILLS = "/api/v1/drills/"


def make_drill(*, passed: bool = True, seconds: float = 0.02) -> Drill:
    now = datetime.now(UTC)
    return Drill.objects.create(
        started_at=now, finished_at=now, started_by="test", total=1, confirmed=1, asked=3, refused=3,
        processes=[{"name": "gateway-1", "seconds": seconds}], stop_seconds=seconds, lift_seconds=seconds,
        passed=passed, trouble="" if passed else "gateway-2 is late.",
    )  # fmt: skip


def test_drills_are_listed_with_when_it_was_last_proven(api: APIClient, operator: Tenant) -> None:
    passed, failed = make_drill(), make_drill(passed=False, seconds=0.3)
    found = api.get(DRILLS).json()
    assert [row["id"] for row in found["results"]] == [str(failed.pk), str(passed.pk)]
    assert (found["last_proof"]["confirmed"], found["last_proof"]["seconds"]) == (1, 0.02)
    assert found["summary"] == {"drills": 2, "passed": 1, "samples": 2, "p50": 0.02, "p99": 0.3, "max": 0.3}


def test_before_the_first_nothing_is_proven(api: APIClient, operator: Tenant) -> None:
    found = api.get(DRILLS).json()
    assert (found["last_proof"], found["summary"]["p99"]) == (None, None)


def test_without_a_gateway_none_is_run(api: APIClient, operator: Tenant) -> None:
    answer = api.post(DRILLS)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_drill_now")


def test_what_is_mistyped_runs_none(api: APIClient, operator: Tenant) -> None:
    answer = api.post(DRILLS, {"dry": True}, format="json")
    assert (answer.status_code, Drill.objects.count()) == (400, 0)


def test_a_gateway_that_does_not_answer_fails_it(api: APIClient, operator: Tenant, settings: Settings) -> None:
    make_gateway("gateway-1", stops_revision=1 << 40)
    settings.AIOPS_GATEWAY_URL = "http://127.0.0.1:9/v1"
    found = api.post(DRILLS)
    assert (found.status_code, found.json()["passed"]) == (201, False)
    assert "did not answer" in found.json()["trouble"]


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.MANAGER, Role.AUDITOR])
def test_who_may_not_stop_a_tenant_runs_none(as_role: AsRole, role: Role) -> None:
    client = as_role(role)
    assert client.get(DRILLS).status_code == 200
    assert client.post(DRILLS).status_code == 403


def test_a_tenants_own_people_neither_run_nor_see_them(strangers: APIClient, operator: Tenant) -> None:
    assert strangers.get(DRILLS).status_code == 403
    assert strangers.post(DRILLS).status_code == 403
