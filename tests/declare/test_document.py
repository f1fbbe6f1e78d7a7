from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aiops.declare.document import parse
from aiops.declare.problems import Faulty
from aiops.lib import yaml_file

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "aiops.yaml"


def faults(data: Any) -> dict[str, str]:
    with pytest.raises(Faulty) as fault:
        parse(data)
    return {problem.path: problem.detail for problem in fault.value.problems}


def test_the_example_of_the_documentation_is_right() -> None:
    document = parse(yaml_file.read(EXAMPLE).data)
    assert [chain.slug for chain in document.chains] == ["support-desk"]
    assert document.budgets[1].amount_usd == Decimal("150.00")
    assert document.tenants[1].allowed_models == ("support-desk", "mini")


def test_an_entry_that_says_nothing_has_its_defaults() -> None:
    tenant = parse({"tenants": {"acme-tools": None}}).tenants[0]
    assert (tenant.name, tenant.plan, tenant.allowed_models) == ("Acme tools", "", None)


def test_nothing_declares_nothing() -> None:
    assert parse({}) == parse(None)


@pytest.mark.parametrize("price", ["0.15", {"base": "0.15", "tiers": [[200000, "0.3"]]}])
def test_prices_are_read_as_written(price: Any) -> None:
    model = parse({"models": {"m": {"provider": "p", "prices": {"input": price, "output": "1"}}}}).models[0]
    assert model.prices is not None
    assert model.prices.as_json() == {"input": price, "output": "1"}


def test_all_faults_are_told_at_once_each_at_its_place() -> None:
    found = faults(
        {
            "providers": {"Open AI": {"base_url": "ftp://x", "simulated": "very"}},
            "models": {"m": {"upstream": 5.0}},
            "chains": {"c": {"models": "m"}, "d": {}},
            "tenants": ["acme"],
            "budgets": [{"amount_usd": 0}, "much"],
        }
    )
    assert set(found) >= {
        "providers.Open AI",
        "providers.Open AI.base_url",
        "providers.Open AI.simulated",
        "models.m.provider",
        "models.m.upstream",
        "chains.c.models",
        "chains.d.models",
        "tenants",
        "budgets[0].amount_usd",
        "budgets[1]",
    }


@pytest.mark.parametrize(
    ("data", "path", "told"),
    [
        ({"modells": {}}, "modells", "did you mean models?"),
        ({"providers": {"p": {"base_ulr": "x"}}}, "providers.p.base_ulr", "did you mean base_url?"),
        (
            {"features": {"f": {"colour": "red"}}},
            "features.f.colour",
            "allowed: name, description, safe_answer, grounding, chain.",
        ),
        ({"tenants": {"acme": {"plan": True}}}, "tenants.acme.plan", "it must be text, not True."),
        ({"tenants": {"acme": {"name": " "}}}, "tenants.acme.name", "1 to 200 characters"),
        ({"chains": {"c": {"models": [{"model": "m", "attempts": 6}]}}}, "chains.c.models[0].attempts", "from 1 to 5"),
        ({"chains": {"c": {"models": [{}]}}}, "chains.c.models[0].model", "it is missing."),
        ({"budgets": [{"amount_usd": "9000000"}]}, "budgets[0].amount_usd", "below 9,000,000"),
        ({"budgets": [{"amount_usd": "NaN"}]}, "budgets[0].amount_usd", "must be an amount"),
        ({"budgets": [{"amount_usd": "1", "period": "year"}]}, "budgets[0].period", "one of: day, week, month, total"),
        ({"budgets": [{"amount_usd": "1", "kind": "firm"}]}, "budgets[0].kind", "one of: soft, hard"),
        ({"budgets": [{"amount_usd": "1"}, {"amount_usd": "2"}]}, "budgets[1]", "same calls as budgets[0]"),
        ({"models": {"m": {"provider": "p", "prices": {"input": 0.15}}}}, "models.m.prices", "input"),
        ({"models": {"m": {"provider": "p", "prices": {"inputs": "1"}}}}, "models.m.prices", "input"),
        ({"models": {"a b": {"provider": "p"}}}, "models.a b", "must be letters"),
        (
            {"models": {"m": {"provider": "p"}}, "chains": {"m": {"models": ["m"]}}},
            "chains.m",
            "name of a model too",
        ),
        (
            {"providers": {"p": {"base_url": "http://127.0.0.1:80"}}},
            "providers.p.base_url",
            "set allow_private to allow it",
        ),
        (
            {"providers": {"p": {"base_url": "https://a.example", "api_key": "k", "api_key_env": "K"}}},
            "providers.p.api_key",
            "given twice",
        ),
        (
            {"providers": {"p": {"base_url": "https://a.example", "api_key_env": "sk-123"}}},
            "providers.p.api_key_env",
            "not the key itself",
        ),
        ("text", "", "it must be a mapping"),
    ],
)
def test_a_fault_says_what_is_allowed(data: Any, path: str, told: str) -> None:
    assert told in faults(data)[path]
