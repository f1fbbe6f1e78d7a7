"""Readiness for programs: what is read."""

import pytest
from rest_framework.test import APIClient

from readiness.evidence import State
from tenants.models import Feature, Role, Tenant, User
from tests.factories import make_key
from tests.readiness.factories import ask_exception

READINESS = "/api/v1/readiness/"


@pytest.fixture
def api(operator: Tenant) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key(operator, role=Role.AUDITOR).text}")
    return client


def test_features_are_told_with_their_counts(api: APIClient, answers: Feature, drafts: Feature) -> None:
    found = api.get(READINESS).data["results"]
    assert [each["feature"] for each in found] == ["answers", "drafts"]
    assert (found[0]["counted"], found[0]["bar"], found[0]["is_at_bar"]) == (0, 23, False)
    assert set(found[0]["counts"]) == set(State)


def test_a_feature_is_told_with_its_26_items(api: APIClient, answers: Feature, engineer: User) -> None:
    ask_exception(22, engineer)
    items = api.get(f"{READINESS}answers/").data["items"]
    assert [each["number"] for each in items] == list(range(1, 27))
    assert (items[24]["state"], items[24]["attested_by"]) == ("not_met", ["manager", "admin"])
    assert items[21]["exception"]["asked_by"] == str(engineer)
    assert items[15]["proofs"] == [{"label": "Audit log", "url": "http://127.0.0.1:8700/audit/"}]


@pytest.mark.parametrize("address", [READINESS, f"{READINESS}answers/"])
def test_what_is_known_already_is_not_sent_again(
    api: APIClient, answers: Feature, engineer: User, address: str
) -> None:
    etag = api.get(address).headers["ETag"]
    for known in (etag, f"W/{etag}", "*"):
        assert api.get(address, headers={"If-None-Match": known}).status_code == 304


def test_a_change_has_another_etag(api: APIClient, answers: Feature, engineer: User) -> None:
    etag = api.get(f"{READINESS}answers/").headers["ETag"]
    ask_exception(22, engineer)
    assert api.get(f"{READINESS}answers/", headers={"If-None-Match": etag}).status_code == 200


def test_a_feature_that_is_misspelt_is_told(api: APIClient, answers: Feature) -> None:
    found = api.get(f"{READINESS}answer/")
    assert found.status_code == 404
    assert "Did you mean answers?" in found.data["error"]["detail"]


def test_nobody_reads_nothing(answers: Feature) -> None:
    assert APIClient().get(READINESS).status_code == 401
    assert APIClient().post(READINESS).status_code in (401, 405)
