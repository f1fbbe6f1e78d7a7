"""What a feature demands of its answers: declared, audited, told to the gateways."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from aiops.declare.applying import apply
from aiops.declare.document import parse
from aiops.declare.problems import Faulty
from gateway.grounding.policy import OFF, Mode, Policy, Unverified
from gateway.loading.configuration import read
from gateway.models import Grounding
from gateway.services import declare_grounding
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Revision, Role
from tenants.refusals import Invalid
from tests.api.conftest import AsRole, api, as_role, strangers

pytestmark = pytest.mark.usefixtures("operator", "everything")


def declaration(grounding: Any) -> dict[str, Any]:
    return {"features": {"answers": {"name": "Answers", "grounding": grounding}}}


@pytest.mark.parametrize(
    ("written", "policy"),
    [
        ("enforce", Policy(Mode.ENFORCE)),
        (False, OFF),
        ("annotate", Policy(Mode.ANNOTATE)),
        ({"mode": "enforce", "min_confidence": 0.6}, Policy(Mode.ENFORCE, 0.6)),
        ({"mode": "enforce", "unverified": "refuse"}, Policy(Mode.ENFORCE, 0, Unverified.REFUSE)),
        ({"mode": False}, OFF),
    ],
)
def test_what_is_declared_is_what_the_gateway_holds(
    answers: Feature, now: datetime, written: Any, policy: Policy
) -> None:
    apply(declaration(written), by=SYSTEM, at=now)
    assert read(now).features["answers"].grounding == policy


def test_a_feature_without_a_word_demands_nothing_and_keeps_what_it_demanded(answers: Feature, now: datetime) -> None:
    assert read(now).features["answers"].grounding == OFF
    apply(declaration("enforce"), by=SYSTEM, at=now)
    apply({"features": {"answers": {"name": "Answers"}}}, by=SYSTEM, at=now)
    assert read(now).features["answers"].grounding == Policy(Mode.ENFORCE)


def test_a_change_is_told_once_audited_and_pushed(answers: Feature, now: datetime) -> None:
    before = Revision.objects.get(name="config").number
    first, again = (apply(declaration("enforce"), by=SYSTEM, at=now).changes[0] for _ in range(2))
    assert (first.kind, first.name, again.outcome) == ("feature", "answers", "unchanged")
    assert first.outcome == "changed"
    (entry,) = AuditEntry.objects.filter(action__startswith="grounding.")
    assert (entry.action, entry.object) == ("grounding.created", "answers")
    assert orjson.loads(entry.payload or "")["after"]["mode"] == "enforce"
    assert Revision.objects.get(name="config").number >= before


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("enforced", "features.answers.grounding.mode"),
        ({"mode": "enforce", "min_confidence": 60}, "features.answers.grounding.min_confidence"),
        ({"mode": "enforce", "unverified": "keep"}, "features.answers.grounding.unverified"),
        ({"mode": "enforce", "confidence": 0.5}, "features.answers.grounding.confidence"),
        (["enforce"], "features.answers.grounding"),
    ],
)
def test_a_wrong_demand_names_its_place(written: Any, path: str) -> None:
    with pytest.raises(Faulty) as refused:
        parse(declaration(written))
    assert [problem.path for problem in refused.value.problems] == [path]


def test_a_threshold_in_per_cent_is_refused(answers: Feature) -> None:
    with pytest.raises(Invalid):
        declare_grounding(answers, mode=Mode.ENFORCE, min_confidence=Decimal(60), by=SYSTEM)


@pytest.mark.parametrize("wrong", [{"mode": "on"}, {"min_confidence": 2}, {"unverified": "keep"}])
def test_what_cannot_be_is_not_stored(answers: Feature, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Grounding.objects.create(**{"feature": answers, "mode": "off", **wrong})


ADDRESS = "/api/v1/features/answers/grounding/"


def test_it_is_read_and_changed_by_programs(api: APIClient, answers: Feature, now: datetime) -> None:
    assert api.get(ADDRESS).json() == {"mode": "off", "min_confidence": 0.0, "unverified": "drop"}
    wanted = {"mode": "enforce", "min_confidence": 0.65, "unverified": "refuse"}
    assert api.put(ADDRESS, wanted, format="json").json() == api.get(ADDRESS).json() == wanted
    assert read(now).features["answers"].grounding == Policy(Mode.ENFORCE, 0.65, Unverified.REFUSE)


@pytest.mark.parametrize(
    ("order", "field"),
    [({}, "mode"), ({"mode": "on"}, "mode"), ({"mode": "off", "min_confidence": 2}, "min_confidence")],
)
def test_a_wrong_order_names_its_field(api: APIClient, answers: Feature, order: dict[str, Any], field: str) -> None:
    refused = api.put(ADDRESS, order, format="json")
    assert (refused.status_code, list(refused.json()["error"]["detail"])) == (400, [field])


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER])
def test_who_may_not_change_the_configuration_may_not_change_this(
    as_role: AsRole, answers: Feature, role: Role
) -> None:
    assert as_role(role).put(ADDRESS, {"mode": "enforce"}, format="json").status_code == 403


def test_a_feature_that_is_not_there_and_a_stranger_get_none(
    api: APIClient, strangers: APIClient, answers: Feature
) -> None:
    assert api.get("/api/v1/features/answer/grounding/").status_code == 404
    assert strangers.get(ADDRESS).status_code == 403
    assert strangers.put(ADDRESS, {"mode": "off"}, format="json").status_code == 403
    assert api.delete(ADDRESS).status_code == 405


__all__ = ["api", "as_role", "strangers"]
