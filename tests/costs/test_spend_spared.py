"""What answers that were given again spared."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from costs.reports import By, spend
from tenants.models import Feature, Tenant
from tests.costs.calling import AT, MONTH, Caller
from tests.costs.factories import (
    make_kept,
    make_opened,
    record,
    usd,
)


@pytest.fixture
def call(acme: Tenant, answers: Feature) -> Caller:
    return Caller(acme.pk, answers.pk)


def test_answers_given_again_make_no_answer_cheaper_and_spare_about_what_their_like_cost(
    call: Caller, acme: Tenant, answers: Feature
) -> None:
    call("11-05", "2", times=2)
    call("11-05", "9", times=4, model="large")
    tags: dict[str, Any] = {"at": datetime(2026, 11, 5, tzinfo=UTC), "tenant": acme.pk, "feature": answers.pk}
    record(*(make_kept(make_opened(**tags)) for _ in range(2)), at=AT)
    found = spend(MONTH, AT, By.MODEL)
    total = found.total
    assert (total.calls, total.kept_calls, total.priced, total.average_input_tokens) == (8, 2, 6, 1000)
    assert (total.kept_share, found.spared) == usd("0.25", 4)
    assert {row.slug: row.spared for row in found.rows} == {"openai/large": 0, "openai/gpt-test": 4}
    assert [spend(MONTH, AT, by).spared for by in By] == [4, 4, 4]


def test_what_answers_spare_whose_like_has_no_price_is_not_known(call: Caller, acme: Tenant, answers: Feature) -> None:
    call("11-05", "2")
    opened = make_opened(at=datetime(2026, 11, 5, tzinfo=UTC), tenant=acme.pk, feature=answers.pk, model="unknown")
    record(make_kept(opened), at=AT)
    found = spend(MONTH, AT)
    assert (found.total.kept_share, found.spared, found.rows[0].spared) == (Decimal("0.5"), None, None)
