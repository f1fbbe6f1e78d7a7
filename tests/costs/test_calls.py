from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from costs.models import EndUser
from costs.records import Finished, Outcome, PromptChoice
from costs.reports import Wanted, calls
from tenants.models import Feature, Tenant
from tenants.scope import scope
from tests.costs.factories import (
    GROUNDING,
    NOW,
    costing,
    make_finished,
    make_opened,
    make_stopped,
    make_unpriced,
    record,
)

KEYS = [
    "id", "created_at", "tenant", "feature", "user", "session", "environment", "model", "provider", "prompt_version",
    "prompt_choice", "input_tokens", "cached_tokens", "output_tokens", "cost_usd", "outcome", "fallback", "latency_ms",
    "simulated", "confidence", "quotes_verified", "quotes_near", "quotes_wrong_source", "quotes_fabricated",
    "sources_given", "sources_cited", "retrieved_tokens", "uncited_tokens", "refusal", "sources",
]  # fmt: skip


@pytest.fixture
def make(acme: Tenant, answers: Feature) -> "Maker":
    return Maker(acme, answers)


class Maker:
    """Records a call of acme's answers some minutes ago, unless told otherwise."""

    def __init__(self, tenant: Tenant, feature: Feature) -> None:
        self._tags = {"tenant": tenant.pk, "feature": feature.pk}

    def __call__(self, minutes: float, **tags: Any) -> Finished:
        finished = make_finished(make_opened(at=NOW - timedelta(minutes=minutes), **(self._tags | tags)))
        record(finished)
        return finished


def _ids(*, since: datetime | None = None, before: UUID | None = None, limit: int = 100, **filters: Any) -> list[UUID]:
    return [row["id"] for row in calls(Wanted(**filters), at=NOW, since=since, before=before, limit=limit)]


def test_a_call_is_told_with_everything_that_other_programs_rely_on(acme: Tenant, answers: Feature) -> None:
    call = make_opened(
        at=NOW,
        tenant=acme.pk,
        feature=answers.pk,
        prompt_version="3f2a",
        prompt_choice=PromptChoice.CANARY,
        simulated=True,
    )
    record(make_finished(call, cost=costing("0.00012300"), fallback=True))
    (row,) = calls(at=NOW)
    assert list(row) == KEYS
    assert dict(row) == {
        "id": call.id,
        "created_at": NOW,
        "tenant": "acme",
        "feature": "answers",
        "user": "ada@example.com",
        "session": "session-1",
        "environment": "production",
        "model": "gpt-test",
        "provider": "openai",
        "prompt_version": "3f2a",
        "prompt_choice": "canary",
        "input_tokens": 1000,
        "cached_tokens": 200,
        "output_tokens": 100,
        "cost_usd": "0.000123",
        "outcome": "ok",
        "fallback": True,
        "latency_ms": 800,
        "simulated": True,
    } | dict.fromkeys(KEYS[19:])


def test_a_grounded_call_tells_how_its_quotes_stood_and_which_sources_were_of_use(
    acme: Tenant, answers: Feature
) -> None:
    call = make_opened(at=NOW, tenant=acme.pk, feature=answers.pk)
    record(make_finished(call, grounding=GROUNDING._replace(refusal="low_confidence")))
    (row,) = calls(at=NOW)
    assert list(row.values())[19:29] == [0.85, 1, 1, 0, 1, 3, 1, 600, 450, "low_confidence"]
    assert row["sources"] == [
        {"id": "refunds", "tokens": 150, "cited": True},
        {"id": "returns", "tokens": 250, "cited": False},
        {"id": "contact", "tokens": 200, "cited": False},
    ]


@pytest.mark.parametrize(
    ("wrong", "truth"),
    [
        ({"confidence": 85}, "confidence_is_a_share"),
        ({"sources_cited": 4}, "cited_sources_were_given"),
        ({"uncited_tokens": 601}, "uncited_tokens_were_retrieved"),
        ({"near": -1}, "grounding_is_whole_or_absent"),
        ({"near": None}, "grounding_is_whole_or_absent"),
    ],
)
def test_a_grounding_that_cannot_be_true_is_not_recorded(
    acme: Tenant, answers: Feature, wrong: dict[str, Any], truth: str
) -> None:
    call = make_opened(at=NOW, tenant=acme.pk, feature=answers.pk)
    with pytest.raises(IntegrityError, match=truth):
        record(make_finished(call, grounding=GROUNDING._replace(**wrong)))


def test_what_is_unknown_is_null(acme: Tenant, answers: Feature) -> None:
    tags: dict[str, Any] = {"at": NOW, "tenant": acme.pk, "feature": answers.pk}
    record(make_unpriced(make_opened(**tags), outcome=Outcome.INTERRUPTED, latency_ms=None))
    EndUser.objects.all().delete()
    (row,) = calls(at=NOW)
    assert (row["cost_usd"], row["latency_ms"], row["prompt_version"], row["user"]) == (None, None, None, None)


def test_a_call_that_was_stopped_cost_nothing(acme: Tenant, answers: Feature) -> None:
    record(make_stopped(make_opened(at=NOW, tenant=acme.pk, feature=answers.pk)))
    assert [(row["outcome"], row["cost_usd"]) for row in calls(at=NOW)] == [("stopped", "0")]


def test_calls_come_newest_first_however_old(make: Maker) -> None:
    made = [make(minutes).call.id for minutes in (5, 1, 60 * 24 * 3, 60 * 24 * 100, 60 * 30)]
    assert _ids() == [made[1], made[0], made[4], made[2], made[3]]


def test_calls_are_read_on_page_by_page(make: Maker) -> None:
    made = [make(minutes).call.id for minutes in range(1, 6)]
    first = _ids(limit=2)
    second = _ids(limit=2, before=first[-1])
    assert [first, second, _ids(limit=2, before=second[-1])] == [made[:2], made[2:4], made[4:]]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [0, 1, 2, 3]),
        ({"user": "bob"}, [1]),
        ({"session": "s-2"}, [2]),
        ({"user": "bob", "session": "s-2"}, []),
        ({"since": NOW - timedelta(minutes=2, seconds=30)}, [0, 1]),
        ({"outcomes": ["ok"]}, [0, 1, 2, 3]),
        ({"outcomes": ["stopped"]}, []),
        ({"user": "nobody"}, []),
    ],
)
def test_filters_leave_the_rest_out(make: Maker, filters: dict[str, Any], found: list[int]) -> None:
    made = [make(1), make(2, user="bob"), make(3, session="s-2"), make(4)]
    assert _ids(**filters) == [made[number].call.id for number in found]


def test_calls_of_one_tenant_and_of_one_feature(make: Maker, acme: Tenant, globex: Tenant, drafts: Feature) -> None:
    one, two, three = make(1), make(2, tenant=globex.pk), make(3, feature=drafts.pk)
    assert _ids(tenant=globex.pk) == [two.call.id]
    assert _ids(feature=drafts.pk) == [three.call.id]
    assert _ids(tenant=acme.pk) == [one.call.id, three.call.id]


def test_the_same_user_id_is_found_with_every_tenant(make: Maker, globex: Tenant) -> None:
    one, two = make(1, user="ada"), make(2, user="ada", tenant=globex.pk)
    assert _ids(user="ada") == [one.call.id, two.call.id]
    assert _ids(user="ada", tenant=globex.pk) == [two.call.id]


def test_a_scope_sees_its_own_calls_only(make: Maker, acme: Tenant, globex: Tenant) -> None:
    one, two = make(1), make(2, tenant=globex.pk)
    with scope([acme.pk]):
        assert _ids() == _ids(user="ada@example.com") == [one.call.id]
        assert _ids(tenant=globex.pk) == []
    assert _ids(tenant=globex.pk) == [two.call.id]
