"""What leads from one model of a chain to the next, and which chain is a feature's: declared, audited, told."""

from datetime import datetime
from typing import Any

import orjson
import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from aiops.declare.applying import apply
from aiops.declare.document import parse
from aiops.declare.problems import Faulty
from gateway.loading.configuration import read
from gateway.models import Chain, ChainMember, FeatureChain, Model
from gateway.routing.triggers import EVERY, Trigger
from gateway.services import Member, declare_chain, declare_feature_chain, declare_model, remove_feature_chain
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature, Role, Tenant
from tenants.refusals import Invalid
from tests.api.conftest import AsRole, api, as_role, strangers
from tests.gateway.test_declare import make_models

pytestmark = pytest.mark.usefixtures("operator", "everything")


def declaration(**chain: Any) -> dict[str, Any]:
    return {
        "providers": {"acme-ai": {"base_url": "https://api.acme-ai.example/v1"}},
        "models": {"mini": {"provider": "acme-ai"}, "large": {"provider": "acme-ai"}},
        "chains": {"default": {"models": ["mini", "large"], **chain}},
    }


def faults(data: Any) -> list[str]:
    with pytest.raises(Faulty) as refused:
        parse(data)
    return [problem.path for problem in refused.value.problems]


def make_chains(*slugs: str) -> None:
    make_models("mini", "large")
    for slug in slugs:
        declare_chain(slug, members=[Member("mini"), Member("large")], by=SYSTEM)


def test_a_chain_that_says_nothing_goes_on_for_every_failure(now: datetime) -> None:
    apply(declaration(), by=SYSTEM, at=now)
    route = read(now).routes["default"]
    assert (route.triggers, route.max_hops) == (EVERY, 12)


def test_what_is_declared_is_what_the_gateway_walks_by(now: datetime) -> None:
    models = ["mini", {"model": "large", "first_percent": 5}]
    apply(declaration(models=models, triggers=["timeout", "rate_limited"], max_hops=3), by=SYSTEM, at=now)
    route = read(now).routes["default"]
    assert (route.triggers, route.max_hops) == ({Trigger.TIMEOUT, Trigger.RATE_LIMITED}, 3)
    assert [member.first_percent for member in route.members] == [0, 5]


def test_triggers_in_another_order_are_no_change(now: datetime) -> None:
    apply(declaration(triggers=["timeout", "rate_limited"]), by=SYSTEM, at=now)
    again = apply(declaration(triggers=["rate_limited", "timeout"]), by=SYSTEM, at=now)
    assert again.counts["unchanged"] == 4


def test_a_changed_trigger_is_on_record(now: datetime) -> None:
    apply(declaration(), by=SYSTEM, at=now)
    apply(declaration(triggers=[]), by=SYSTEM, at=now)
    (entry,) = AuditEntry.objects.filter(action="chain.changed")
    payload = orjson.loads(entry.payload or "")
    assert (len(payload["before"]["triggers"]), payload["after"]["triggers"]) == (len(EVERY), [])


@pytest.mark.parametrize(
    ("chain", "path"),
    [
        ({"triggers": ["time_out"]}, "chains.default.triggers[0]"),
        ({"triggers": "timeout"}, "chains.default.triggers"),
        ({"max_hops": 0}, "chains.default.max_hops"),
        ({"max_hops": 13}, "chains.default.max_hops"),
        ({"models": [{"model": "mini", "first_percent": 101}]}, "chains.default.models[0].first_percent"),
    ],
)
def test_a_wrong_chain_names_its_place(chain: dict[str, Any], path: str) -> None:
    assert faults(declaration(**chain)) == [path]


@pytest.mark.parametrize(
    "values",
    [
        {"triggers": ["often"]},
        {"max_hops": 13},
        {"max_hops": 0},
        {"members": [Member("mini", first_percent=101)]},
        {"members": [Member("mini", first_percent=-1)]},
        {"members": [Member("mini", first_percent=60), Member("large", first_percent=50)]},
    ],
)
def test_a_chain_that_cannot_be_is_refused(values: dict[str, Any]) -> None:
    make_models("mini", "large")
    with pytest.raises(Invalid):
        declare_chain("default", **{"members": [Member("mini")], **values}, by=SYSTEM)
    assert not Chain.objects.exists()


@pytest.mark.parametrize("wrong", [{"triggers": ["often"]}, {"max_hops": 0}, {"max_hops": 13}])
def test_what_cannot_be_is_not_stored(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Chain.objects.create(slug="default", **wrong)


def test_a_share_of_more_than_all_is_not_stored() -> None:
    make_chains("default")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChainMember.objects.update(first_percent=101)


@pytest.mark.parametrize("name", ["aiops-auto", "aiops-x", "AIOps-x"])
def test_names_of_the_gateways_own_are_taken_by_nobody(name: str) -> None:
    make_models("mini")
    with pytest.raises(Invalid, match="the gateway's own"):
        declare_chain(name, members=[Member("mini")], by=SYSTEM)
    with pytest.raises(Invalid, match="the gateway's own"):
        declare_model(name, provider="acme-ai", upstream="mini", by=SYSTEM)


def test_what_had_such_a_name_before_goes_on_and_can_be_changed() -> None:
    make_models("mini")
    Model.objects.update(slug="aiops-mini")
    assert declare_model("aiops-mini", provider="acme-ai", upstream="mini-2", by=SYSTEM).outcome == "changed"


def test_a_feature_has_a_chain_and_a_tenant_its_own(now: datetime, acme: Tenant, answers: Feature) -> None:
    make_chains("default", "careful")
    declare_feature_chain(answers, chain="default", by=SYSTEM)
    declare_feature_chain(answers, chain="careful", tenant=acme, by=SYSTEM)
    assert read(now).feature_chains == {(answers.pk, None): "default", (answers.pk, acme.pk): "careful"}


def test_it_is_audited_when_it_changes_and_when_it_goes(acme: Tenant, answers: Feature) -> None:
    make_chains("default", "careful")
    outcomes = [
        declare_feature_chain(answers, chain=chain, by=SYSTEM).outcome for chain in ("default", "default", "careful")
    ]
    removed = [remove_feature_chain(answers, by=SYSTEM) for _ in range(2)]
    assert (outcomes, removed) == (["created", "unchanged", "changed"], [True, False])
    actions = AuditEntry.objects.filter(action__startswith="feature_chain.").order_by("pk")
    assert sorted(actions.values_list("action", flat=True)) == [
        "feature_chain.changed",
        "feature_chain.created",
        "feature_chain.removed",
    ]


def test_a_feature_has_no_two_chains(answers: Feature) -> None:
    make_chains("default", "careful")
    declare_feature_chain(answers, chain="default", by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        FeatureChain.objects.create(feature=answers, tenant=None, chain=Chain.objects.get(slug="careful"))


def test_a_chain_that_is_not_there_is_nobodys(answers: Feature) -> None:
    make_chains("default")
    with pytest.raises(Invalid, match="Did you mean default"):
        declare_feature_chain(answers, chain="defualt", by=SYSTEM)


def test_the_file_says_it_too_and_what_it_leaves_out_stays(now: datetime) -> None:
    named = {"features": {"answers": {"chain": "default"}}, "tenants": {"acme": {"chains": {"answers": "default"}}}}
    first = apply(declaration() | named, by=SYSTEM, at=now)
    again = apply(declaration() | named, by=SYSTEM, at=now)
    apply({"features": {"answers": {}}, "tenants": {"acme": {}}}, by=SYSTEM, at=now)
    assert (first.counts["created"], again.counts["unchanged"]) == (6, 6)
    assert set(read(now).feature_chains.values()) == {"default"}
    assert FeatureChain.objects.count() == 2


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ({"features": {"answers": {"chain": "mini"}}}, "features.answers.chain"),
        ({"tenants": {"acme": {"chains": {"answers": "defualt"}}}}, "tenants.acme.chains.answers"),
        ({"tenants": {"acme": {"chains": {"answer": "default"}}}}, "tenants.acme.chains.answer"),
    ],
)
def test_a_name_that_nobody_has_is_told_with_its_place(now: datetime, named: dict[str, Any], path: str) -> None:
    data = declaration() | {"features": {"answers": {}}} | named
    with pytest.raises(Faulty) as refused:
        apply(data, by=SYSTEM, at=now)
    assert [problem.path for problem in refused.value.problems] == [path]


CHAIN, FEATURE = "/api/v1/chains/default/", "/api/v1/features/answers/chain/"


def test_programs_read_and_change_a_chain(api: APIClient, now: datetime) -> None:
    make_models("mini", "large")
    members = [{"model": "mini"}, {"model": "large", "attempts": 2, "first_percent": 10}]
    wanted = {"members": members, "triggers": ["timeout"], "max_hops": 2, "deadline_seconds": 30}
    made = api.put(CHAIN, wanted, format="json")
    assert (made.status_code, made.json()) == (200, api.get(CHAIN).json())
    assert (made.json()["triggers"], made.json()["members"][1]["first_percent"]) == (["timeout"], 10)
    assert read(now).routes["default"].max_hops == 2


def test_a_chain_with_a_slash_in_its_name_is_found(api: APIClient) -> None:
    make_models("mini")
    declare_chain("desk/quick", members=[Member("mini")], by=SYSTEM)
    assert api.get("/api/v1/chains/desk/quick/").json()["name"] == "desk/quick"


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({}, 400),
        ({"members": [{"model": "mini"}], "triggers": ["often"]}, 400),
        ({"members": [{"model": "mini", "weight": 1}]}, 400),
        ({"members": [{"model": "gone"}]}, 422),
    ],
)
def test_a_wrong_order_changes_nothing(api: APIClient, order: dict[str, Any], status: int) -> None:
    make_models("mini")
    assert api.put(CHAIN, order, format="json").status_code == status
    assert not Chain.objects.exists()


def test_programs_set_a_features_chain_and_take_it_away(api: APIClient, acme: Tenant, answers: Feature) -> None:
    make_chains("default", "careful")
    api.put(FEATURE, {"chain": "default"}, format="json")
    api.put(FEATURE, {"chain": "careful", "tenant": "acme"}, format="json")
    own = {"tenant": "acme", "chain": "careful"}
    assert api.get(FEATURE).json() == {"chain": "default", "tenants": [own]}
    assert api.put(FEATURE, {"chain": None}, format="json").json() == {"chain": None, "tenants": [own]}


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.MANAGER, Role.AUDITOR])
def test_who_may_not_change_the_configuration_changes_no_chain(as_role: AsRole, answers: Feature, role: Role) -> None:
    make_chains("default")
    client = as_role(role)
    assert client.put(CHAIN, {"members": [{"model": "mini"}]}, format="json").status_code == 403
    assert client.put(FEATURE, {"chain": "default"}, format="json").status_code == 403


def test_a_stranger_and_whoever_asks_for_what_is_not_there_get_none(
    api: APIClient, strangers: APIClient, answers: Feature
) -> None:
    assert (api.get(CHAIN).status_code, api.get("/api/v1/features/answer/chain/").status_code) == (404, 404)
    assert api.put(FEATURE, {"chain": "default", "tenant": "nobody"}, format="json").status_code == 404
    make_chains("default")
    assert [strangers.get(url).status_code for url in (CHAIN, FEATURE)] == [403, 403]
    assert api.delete(CHAIN).status_code == 405


__all__ = ["api", "as_role", "strangers"]


@pytest.mark.parametrize(
    "name", ["team/edit", "a/b/swap", "x/drills.csv", "edit", "x/undo/y", "x/parity", "edit/", "a//b"]
)
def test_a_chain_whose_page_could_not_be_opened_is_not_made(operator: Tenant, name: str) -> None:
    make_models("mini")
    with pytest.raises(Invalid, match=r"as a part of its own|before, between and after its slashes"):
        declare_chain(name, members=[Member("mini")], by=SYSTEM)
