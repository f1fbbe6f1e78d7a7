"""For how long a feature keeps its answers: declared, audited, told to the gateways."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from aiops.declare.applying import apply
from aiops.declare.document import parse
from aiops.declare.problems import Faulty
from gateway.config import Caching
from gateway.loading.configuration import read
from gateway.models import ResponseCache
from gateway.services import declare_caching
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Role
from tenants.refusals import Invalid
from tests.api.conftest import AsRole, api, as_role, strangers

pytestmark = pytest.mark.usefixtures("operator", "everything")

ADDRESS = "/api/v1/features/answers/cache/"


def declaration(**words: Any) -> dict[str, Any]:
    return {"features": {"answers": {"name": "Answers", **words}}}


def test_what_is_declared_is_what_the_gateway_holds(answers: Feature, now: datetime) -> None:
    assert read(now).features["answers"].cache == Caching()
    apply(declaration(cache_seconds=600), by=SYSTEM, at=now)
    assert read(now).features["answers"].cache == Caching(600)


def test_a_file_that_says_nothing_leaves_it_and_0_ends_it(answers: Feature, now: datetime) -> None:
    apply(declaration(cache_seconds=600), by=SYSTEM, at=now)
    apply(declaration(), by=SYSTEM, at=now)
    assert read(now).features["answers"].cache.seconds == 600
    apply(declaration(cache_seconds=0), by=SYSTEM, at=now)
    assert read(now).features["answers"].cache.seconds == 0


def test_a_change_is_told_once_and_audited(answers: Feature, now: datetime) -> None:
    first, again = (apply(declaration(cache_seconds=60), by=SYSTEM, at=now).changes[0] for _ in range(2))
    assert (first.outcome, again.outcome) == ("changed", "unchanged")
    assert [each.action for each in AuditEntry.objects.filter(action__startswith="response_cache.")] == [
        "response_cache.created"
    ]


@pytest.mark.parametrize("seconds", [-1, 604_801, "long", 0.5])
def test_a_wrong_time_names_its_place(seconds: Any) -> None:
    with pytest.raises(Faulty) as refused:
        parse(declaration(cache_seconds=seconds))
    assert [problem.path for problem in refused.value.problems] == ["features.answers.cache_seconds"]


@pytest.mark.parametrize("seconds", [-1, 604_801])
def test_no_answer_is_kept_for_longer_than_a_week(answers: Feature, seconds: int) -> None:
    with pytest.raises(Invalid):
        declare_caching(answers, seconds=seconds, by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponseCache.objects.create(feature=answers, seconds=seconds)


def test_it_is_read_and_changed_by_programs(api: APIClient, answers: Feature, now: datetime) -> None:
    assert api.get(ADDRESS).json() == {"seconds": 0, "generation": 0}
    assert api.put(ADDRESS, {"seconds": 60}, format="json").json() == {"seconds": 60, "generation": 0}
    assert api.post(f"{ADDRESS}forget/").json() == {"generation": 1}
    assert read(now).features["answers"].cache == Caching(60, 1)
    assert AuditEntry.objects.filter(action="response_cache.forgotten", object="answers").count() == 1


def test_nothing_that_was_kept_is_forgotten_too(api: APIClient, answers: Feature) -> None:
    assert api.post(f"{ADDRESS}forget/").json() == {"generation": 1}


@pytest.mark.parametrize("order", [{}, {"seconds": -1}, {"seconds": "soon"}])
def test_a_wrong_order_names_its_field(api: APIClient, answers: Feature, order: dict[str, Any]) -> None:
    refused = api.put(ADDRESS, order, format="json")
    assert (refused.status_code, list(refused.json()["error"]["detail"])) == (400, ["seconds"])


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER])
def test_who_may_not_change_the_configuration_may_not_change_this(
    as_role: AsRole, answers: Feature, role: Role
) -> None:
    assert as_role(role).put(ADDRESS, {"seconds": 60}, format="json").status_code == 403
    assert as_role(role).post(f"{ADDRESS}forget/").status_code == 403


def test_a_feature_that_is_not_there_and_a_stranger_get_none(
    api: APIClient, strangers: APIClient, answers: Feature
) -> None:
    assert api.get("/api/v1/features/answer/cache/").status_code == 404
    assert strangers.get(ADDRESS).status_code == 403
    assert strangers.post(f"{ADDRESS}forget/").status_code == 403


__all__ = ["api", "as_role", "strangers"]
