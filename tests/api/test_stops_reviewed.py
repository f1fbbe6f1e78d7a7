from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from killswitch.models import StopEvent
from tenants.actors import SYSTEM
from tenants.models import Role, Tenant
from tests.api.conftest import AsRole
from tests.killswitch.factories import make_stop

STOPS = "/api/v1/stops/"


@pytest.fixture
def stop(api: APIClient, acme: Tenant) -> str:
    """For safety, so somebody else has to look at it."""
    return str(api.post(STOPS, {"tenant": "acme", "reason": "safety"}, format="json").data["stop"]["id"])


def test_what_is_due_is_listed(api: APIClient, stop: str, globex: Tenant) -> None:
    assert api.get(STOPS, {"due": "review"}).data["results"] == []
    made = datetime.now(UTC) - timedelta(days=2)
    due = str(make_stop(globex, by=SYSTEM, at=made, review_at=made + timedelta(days=1)).pk)
    api.post(f"{STOPS}{due}/lift/", {}, format="json")
    assert [row["id"] for row in api.get(STOPS, {"due": "review"}).data["results"]] == [due]
    assert api.get(STOPS, {"due": "review", "state": "active"}).data["results"] == []


def test_somebody_else_reviews_it(api: APIClient, as_role: AsRole, stop: str) -> None:
    again = datetime.now(UTC) + timedelta(days=7)
    body = {"note": "Still wrong.", "again_at": again.isoformat()}
    answer = as_role(Role.SUPPORT).post(f"{STOPS}{stop}/review/", body, format="json")
    assert (answer.status_code, answer.data["state"]) == (200, "active")
    assert datetime.fromisoformat(answer.json()["review_at"]) == again
    event = StopEvent.objects.latest("pk")
    assert (event.kind, event.note, event.origin) == ("reviewed", "Still wrong.", "api")


def test_once_reviewed_there_is_nothing_more_to_review(as_role: AsRole, stop: str) -> None:
    support = as_role(Role.SUPPORT)
    assert support.post(f"{STOPS}{stop}/review/", {"note": "Fine."}, format="json").data["review_at"] is None
    assert support.post(f"{STOPS}{stop}/review/", {"note": "Fine."}, format="json").status_code == 409


def test_whoever_made_it_does_not_review_it(api: APIClient, stop: str) -> None:
    answer = api.post(f"{STOPS}{stop}/review/", {"note": "Fine."}, format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (403, "needs_another")


def test_a_review_says_what_was_found(as_role: AsRole, stop: str) -> None:
    assert as_role(Role.SUPPORT).post(f"{STOPS}{stop}/review/", {}, format="json").status_code == 400


def test_an_engineer_does_not_review_a_tenants_stop(as_role: AsRole, stop: str) -> None:
    answer = as_role(Role.ENGINEER).post(f"{STOPS}{stop}/review/", {"note": "Fine."}, format="json")
    assert answer.status_code == 403


def test_another_tenants_stop_is_not_there(strangers: APIClient, stop: str) -> None:
    assert strangers.post(f"{STOPS}{stop}/review/", {"note": "Fine."}, format="json").status_code == 404
