from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from costs import recording
from tenants.models import Feature, Role, Tenant
from tests.api.conftest import AsRole
from tests.costs.factories import make_finished, make_opened, make_unpriced

SPEND, BUDGETS = "/api/v1/spend/", "/api/v1/budgets/"


@pytest.fixture
def recorded(acme: Tenant, globex: Tenant, answers: Feature, drafts: Feature) -> None:
    """Two priced calls and an unpriced one of acme's, one of globex's; $0.0025 each."""
    now = datetime.now(UTC)
    calls = [
        make_finished(make_opened(at=now, tenant=acme.pk, feature=answers.pk)),
        make_finished(make_opened(at=now, tenant=acme.pk, feature=drafts.pk)),
        make_unpriced(make_opened(at=now, tenant=acme.pk, feature=drafts.pk)),
        make_finished(make_opened(at=now, tenant=globex.pk, feature=answers.pk)),
    ]
    recording.record(calls, at=now)


def spend(client: APIClient, **query: str) -> dict[str, Any]:
    until = datetime.now(UTC) + timedelta(hours=1)
    answer = client.get(SPEND, {"since": "2h", "until": until.isoformat(), **query})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("feature", {"answers": "0.005", "drafts": "0.0025"}),
        ("tenant", {"acme": "0.005", "globex": "0.0025"}),
        ("model", {"openai/gpt-test": "0.0075"}),
    ],
)
def test_spend_is_told_by_what_was_asked_and_adds_up(
    api: APIClient, recorded: None, by: str, rows: dict[str, str]
) -> None:
    report = spend(api, by=by)
    assert {row["key"]: row["cost_usd"] for row in report["rows"]} == rows
    assert report["total_usd"] == "0.0075"


def test_an_unpriced_call_is_counted_and_in_no_sum(api: APIClient, recorded: None) -> None:
    report = spend(api, tenant="acme")
    assert (report["calls"], report["unpriced_calls"], report["total_usd"]) == (3, 1, "0.005")


def test_what_is_not_known_is_null_and_not_nothing(api: APIClient, acme: Tenant, answers: Feature) -> None:
    now = datetime.now(UTC)
    recording.record([make_unpriced(make_opened(at=now, tenant=acme.pk, feature=answers.pk))], at=now)
    report = spend(api)
    assert (report["total_usd"], report["rows"][0]["cost_usd"], report["saved_by_caching_usd"]) == (None, None, None)


def test_what_changed_adds_up_to_the_difference(api: APIClient, recorded: None) -> None:
    report = spend(api)
    contributions = sum(Decimal(change["delta_usd"]) for change in report["what_changed"])
    assert contributions == Decimal(report["delta_usd"])


@pytest.mark.parametrize(
    ("query", "total"),
    [({"feature": "drafts"}, "0.0025"), ({"environment": "staging"}, "0"), ({"model": "gpt-test"}, "0.0075")],
)
def test_spend_is_filtered(api: APIClient, recorded: None, query: dict[str, str], total: str) -> None:
    assert spend(api, **query)["total_usd"] == total


def test_without_dates_it_is_this_months(api: APIClient, recorded: None) -> None:
    report = api.get(SPEND).json()
    assert report["since"].endswith("-01T00:00:00Z")
    assert report["by"] == "feature"


def test_a_tenants_own_people_see_their_spend_only(strangers: APIClient, recorded: None, acme: Tenant) -> None:
    assert [row["key"] for row in spend(strangers, by="tenant")["rows"]] == ["globex"]
    assert strangers.get(SPEND, {"tenant": "acme"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ({"by": "user"}, 400, "Allowed: feature, tenant, model"),
        ({"since": "soon"}, 400, "15m, 4h or 2d"),
        ({"since": "1h", "until": "2h"}, 400, "before until"),
        ({"since": "2099-01-01"}, 422, "before until"),
        ({"features": "x"}, 400, "Did you mean feature?"),
    ],
)
def test_a_wrong_question_is_refused_with_what_is_allowed(
    api: APIClient, query: dict[str, str], status: int, told: str
) -> None:
    answer = api.get(SPEND, query)
    assert answer.status_code == status
    assert told in answer.content.decode()


@pytest.mark.parametrize("address", [SPEND, BUDGETS])
@pytest.mark.parametrize("role", list(Role)[:5])
def test_every_role_of_the_operator_reads_it(as_role: AsRole, role: Role, address: str) -> None:
    assert as_role(role).get(address).status_code == 200


@pytest.mark.parametrize("address", [SPEND, BUDGETS])
def test_nobody_gets_nothing(nobody: APIClient, db: None, address: str) -> None:
    assert nobody.get(address).status_code == 401


def test_nothing_is_written_here(api: APIClient) -> None:
    assert api.post(SPEND, {}, format="json").status_code == 405
