from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from aiops.declare.applying import apply
from aiops.declare.problems import Faulty
from costs.models import Budget
from costs.prices import price_in_force
from gateway.models import Chain, Model, Provider
from tenants import revisions
from tenants.actors import SYSTEM
from tenants.models import OPERATOR, AuditEntry, Feature, Revision, Tenant

DECLARATION: dict[str, Any] = {
    "providers": {"p": {"base_url": "https://api.example/v1", "api_key": "sk-1234567890", "prices_from": "openai"}},
    "models": {
        "gpt-4o-mini": {"provider": "p"},
        "own": {"provider": "p", "prices": {"input": "0.40", "output": "0.60"}},
        "odd": {"provider": "p"},
    },
    "chains": {"default": {"models": ["gpt-4o-mini", {"model": "own", "timeout_seconds": 20, "attempts": 2}]}},
    "features": {"answers": {"name": "Answers"}},
    "tenants": {"acme": {"name": "Acme", "allowed_models": ["default"], "max_calls": 40}},
    "budgets": [{"amount_usd": "500"}, {"tenant": "acme", "feature": "answers", "amount_usd": "20.5"}],
}


def changed(**parts: Any) -> dict[str, Any]:
    return {**DECLARATION, **parts}


@pytest.fixture(autouse=True)
def _operator(operator: Tenant) -> None:
    """Everything is declared over all tenants."""


def test_everything_declared_is_there_afterwards(now: datetime) -> None:
    report = apply(DECLARATION, by=SYSTEM, at=now)
    assert report.counts == {"created": 9, "changed": 0, "unchanged": 0}
    assert Provider.objects.get(slug="p").api_key() == "sk-1234567890"
    assert [member.model.slug for member in Chain.objects.get(slug="default").members.all()] == ["gpt-4o-mini", "own"]
    assert Tenant.objects.get(slug="acme").allowed_models == ["default"]
    assert Tenant.objects.get(slug="acme").max_calls == 40
    assert Budget.objects.get(tenant__slug=OPERATOR).amount_usd == 500
    assert Budget.objects.get(feature__slug="answers").amount_usd == Decimal("20.5")


def test_prices_come_from_the_catalogue_or_from_the_file(now: datetime) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    found = {model: price_in_force("openai", model, at=now) for model in ("gpt-4o-mini", "own", "odd")}
    assert found["gpt-4o-mini"] is not None
    assert found["gpt-4o-mini"].source.startswith("genai-prices")
    assert found["own"] is not None
    assert found["own"].prices == {"input": "0.4", "output": "0.6"}
    assert found["odd"] is None


def priced(price: str, **more: Any) -> dict[str, Any]:
    return {"provider": "p", "upstream": "zed", "prices": {"input": price, "output": price}, **more}


def test_two_prices_of_one_upstream_are_a_fault_that_names_both(now: datetime) -> None:
    models = {**DECLARATION["models"], "pa": priced("1"), "pb": priced("9")}
    with pytest.raises(Faulty) as fault:
        apply(changed(models=models), by=SYSTEM, at=now)
    [problem] = fault.value.problems
    assert problem.path == "models.pb.prices"
    assert "model pa is zed of openai too, with other prices" in problem.detail


def test_two_providers_of_one_catalogue_have_one_price_too(now: datetime) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    other = {"q": {"base_url": "https://q.example/v1", "prices_from": "openai"}}
    models = {"pa": priced("1"), "pb": priced("9", provider="q")}
    assert paths_of_faults({"providers": other, "models": models}, now) == ["models.pb.prices"]


def test_the_same_price_twice_is_none_and_stays_unchanged(now: datetime) -> None:
    models = {**DECLARATION["models"], "pa": priced("1"), "pb": priced("1.00")}
    apply(changed(models=models), by=SYSTEM, at=now)
    report = apply(changed(models=models), by=SYSTEM, at=now)
    assert report.counts["changed"] == 0
    assert not any("also the price" in warning for warning in report.warnings)


def test_a_price_that_another_name_has_as_well_is_warned_of_when_it_changes(now: datetime) -> None:
    bare = {"provider": "p", "upstream": "zed"}
    apply(changed(models={**DECLARATION["models"], "pa": priced("1"), "unp": bare}), by=SYSTEM, at=now)
    later = now + timedelta(minutes=1)
    report = apply({"models": {"pb": priced("9")}}, by=SYSTEM, at=later)
    assert report.warnings == ("the price of model pb is also the price of pa, unp: each is zed of openai.",)
    again = apply({"models": {"pb": priced("9")}}, by=SYSTEM, at=later + timedelta(minutes=1))
    assert (again.counts["unchanged"], again.warnings) == (1, ())


def test_a_model_without_a_price_is_warned_of(now: datetime) -> None:
    assert any("odd has no known price" in warning for warning in apply(DECLARATION, by=SYSTEM, at=now).warnings)


def test_a_chain_whose_first_model_may_use_up_all_of_its_time_is_warned_of(now: datetime) -> None:
    models = ["gpt-4o-mini", {"model": "own", "timeout_seconds": 20}]
    warnings = apply(
        changed(chains={"default": {"models": models, "deadline_seconds": 66}}), by=SYSTEM, at=now
    ).warnings
    assert warnings[0].startswith("chain default: While gpt-4o-mini is silent, no model behind it is asked")
    warnings = apply(
        changed(chains={"default": {"models": models, "deadline_seconds": 67}}), by=SYSTEM, at=now
    ).warnings
    assert not any("silent" in warning for warning in warnings)


def test_a_key_by_variable_that_is_not_set_is_warned_of(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    providers = {"q": {"base_url": "https://api.example/v1", "api_key_env": "SOME_KEY"}}
    report = apply({"providers": providers}, by=SYSTEM, at=now)
    assert "SOME_KEY is not set" in report.warnings[0]


def test_a_second_time_nothing_changes_and_nothing_is_audited(now: datetime) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    entries = AuditEntry.objects.count()
    report = apply(DECLARATION, by=SYSTEM, at=now)
    assert report.counts == {"created": 0, "changed": 0, "unchanged": 9}
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"features": {"answers": {"name": "Better answers"}}}, "feature"),
        ({"tenants": {"acme": {"name": "Acme", "allowed_models": ["own"]}}}, "tenant"),
        ({"chains": {"default": {"models": ["own"]}}}, "chain"),
        ({"budgets": [{"amount_usd": "501"}]}, "budget"),
        ({"models": {"own": {"provider": "p", "prices": {"input": "9", "output": "9"}}}}, "model"),
        (
            {
                "providers": {
                    "p": {"base_url": "https://new.example", "api_key": "sk-1234567890", "prices_from": "openai"}
                }
            },
            "provider",
        ),
    ],
)
def test_only_what_differs_is_changed(now: datetime, parts: dict[str, Any], kind: str) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    report = apply(changed(**parts), by=SYSTEM, at=now)
    assert [change.kind for change in report.changes if change.outcome == "changed"] == [kind]


def test_what_is_left_out_stays(now: datetime) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    apply({"features": {"other": {"name": "Other"}}}, by=SYSTEM, at=now)
    assert set(Feature.objects.values_list("slug", flat=True)) == {"answers", "other"}
    assert Model.objects.count() == 3


def test_a_key_that_is_left_out_stays(now: datetime) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    apply({"providers": {"p": {"base_url": "https://api.example/v2"}}}, by=SYSTEM, at=now)
    assert Provider.objects.get(slug="p").api_key() == "sk-1234567890"


def test_a_dry_run_tells_all_and_changes_nothing(now: datetime) -> None:
    before = AuditEntry.objects.count(), revisions.number(Revision.Name.CONFIG)
    report = apply(DECLARATION, by=SYSTEM, at=now, dry_run=True)
    assert report.counts["created"] == 9
    assert not Provider.objects.exists()
    assert (AuditEntry.objects.count(), revisions.number(Revision.Name.CONFIG)) == before


@pytest.mark.parametrize(
    ("parts", "path", "told"),
    [
        ({"models": {"m": {"provider": "openia"}}}, "models.m.provider", "no provider 'openia'. Declared are: p."),
        ({"chains": {"c": {"models": ["gpt-4o-mni"]}}}, "chains.c.models[0]", "Did you mean gpt-4o-mini?"),
        ({"tenants": {"a": {"max_calls": 0}}}, "tenants.a.max_calls", "a whole number from 1 to 100000"),
        ({"tenants": {"a": {"allowed_models": ["x"]}}}, "tenants.a.allowed_models[0]", "no model or chain 'x'"),
        ({"budgets": [{"tenant": "acmee", "amount_usd": 1}]}, "budgets[0].tenant", "Did you mean acme?"),
        ({"budgets": [{"feature": "answer", "amount_usd": 1}]}, "budgets[0].feature", "Did you mean answers?"),
        ({"budgets": [{"tenant": "_operator", "amount_usd": 1}]}, "budgets[0].tenant", "no tenant '_operator'"),
    ],
)
def test_a_name_that_is_declared_nowhere_is_a_fault(now: datetime, parts: dict[str, Any], path: str, told: str) -> None:
    with pytest.raises(Faulty) as fault:
        apply(changed(**parts), by=SYSTEM, at=now)
    assert told in {problem.path: problem.detail for problem in fault.value.problems}[path]
    assert not Provider.objects.exists()


def paths_of_faults(declaration: dict[str, Any], now: datetime) -> list[str]:
    with pytest.raises(Faulty) as fault:
        apply(declaration, by=SYSTEM, at=now)
    return [problem.path for problem in fault.value.problems]


def test_what_is_wrong_in_itself_and_what_names_nothing_are_told_together(now: datetime) -> None:
    wrong = {"features": {"answers": {"nam": "x"}}, "chains": {"default": {"models": ["mni"]}}}
    assert paths_of_faults(changed(**wrong), now) == ["features.answers.nam", "chains.default.models[0]"]


def test_what_is_wrong_with_chains_is_told_together(now: datetime) -> None:
    half = {"first_percent": 60}
    chains = {
        **DECLARATION["chains"],
        "none": {"models": []},
        "shared": {"models": [{"model": "own", **half}, {"model": "odd", **half}]},
        "twice": {"models": ["own", "own"]},
        "aiops-x": {"models": ["own"]},
    }
    paths = ["chains.none.models", "chains.shared.models", "chains.twice.models[1]", "chains.aiops-x"]
    assert paths_of_faults(changed(chains=chains), now) == paths


def test_a_section_that_cannot_be_read_does_not_make_its_names_look_missing(now: datetime) -> None:
    assert paths_of_faults(changed(models=["gpt-4o-mini", "own"]), now) == ["models"]


def test_a_fault_is_told_once_a_place(now: datetime) -> None:
    chains = {**DECLARATION["chains"], "own": {"models": ["odd"]}}
    assert paths_of_faults(changed(chains=chains), now) == ["chains.own", "models.own"]


def test_a_chain_may_not_take_the_name_of_a_model_declared_before(now: datetime) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    with pytest.raises(Faulty, match="share one space of names"):
        apply({"chains": {"own": {"models": ["gpt-4o-mini"]}}}, by=SYSTEM, at=now)


def test_what_a_service_refuses_is_a_fault_of_its_entry_and_undoes_all(now: datetime) -> None:
    chains = {**DECLARATION["chains"], "team/edit": {"models": ["own"]}}
    with pytest.raises(Faulty) as fault:
        apply(changed(chains=chains), by=SYSTEM, at=now)
    assert fault.value.problems[0].place == ("chains", "team/edit")
    assert not Provider.objects.exists()


def test_no_secret_is_in_an_audit_row(now: datetime) -> None:
    apply(DECLARATION, by=SYSTEM, at=now)
    assert not AuditEntry.objects.filter(payload__contains="sk-1234567890").exists()
