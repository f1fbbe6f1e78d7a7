"""The configuration as a gateway process reads it."""

import subprocess
import sys
from datetime import datetime, timedelta
from math import inf

import pytest
from django.db import connection
from pytest_django import Settings as SettingsFixture

from costs.models import PriceVersion
from costs.prices import declare_price
from costs.pricing import PriceList
from gateway.config import Config
from gateway.loading import configuration
from gateway.services import Member, declare_chain, declare_model, declare_provider
from tenants import keys
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tenants.services import revoke_key
from tests.factories import make_key, make_tenant
from tests.gateway.processes import ROOT


@pytest.fixture
def mini(operator: Tenant) -> None:
    url = "https://api.acme-ai.example/v1/"
    declare_provider("acme-ai", name="Acme", base_url=url, api_key="sk-1", pricing_provider="listed", by=SYSTEM)
    declare_model("mini", provider="acme-ai", upstream="mini-2", by=SYSTEM)
    declare_model("large", provider="acme-ai", by=SYSTEM)


def test_a_key_is_there_with_its_tenant_environment_and_feature(acme: Tenant, answers: Feature, now: datetime) -> None:
    made = make_key(acme, feature=answers)
    key = configuration.read(now).keys[made.key.pk]
    parsed = keys.parse(made.text)
    assert parsed is not None
    assert keys.matches(parsed.secret, key.secret_hash)
    assert key.feature is not None
    assert (key.tenant.slug, key.environment, key.feature.slug, key.expires_at) == (
        "acme",
        "production",
        "answers",
        inf,
    )


def test_keys_that_open_nothing_are_not_there(acme: Tenant, now: datetime) -> None:
    revoked, expired = make_key(acme), make_key(acme, expires_at=now)
    service = make_key(acme, role="admin")
    revoke_key(revoked.key, by=SYSTEM, at=now)
    assert not {revoked.key.pk, expired.key.pk, service.key.pk} & configuration.read(now).keys.keys()


def test_a_tenant_may_use_all_models_or_some(acme: Tenant, mini: None, now: datetime) -> None:
    some = make_tenant("initech", allowed_models=["mini"])
    every, few = make_key(acme).key.pk, make_key(some).key.pk
    config = configuration.read(now)
    assert config.names_for(config.keys[every].tenant) == ["large", "mini"]
    assert config.names_for(config.keys[few].tenant) == ["mini"]


def test_a_tenant_has_places_of_its_own_or_the_usual_share(acme: Tenant, now: datetime) -> None:
    keys = make_key(acme).key.pk, make_key(make_tenant("initech", max_calls=7)).key.pk
    found = configuration.read(now).keys
    assert [found[key].tenant.max_calls for key in keys] == [None, 7]
    assert not found[keys[1]].tenant.is_operator


def test_a_model_is_a_chain_of_one(mini: None, now: datetime) -> None:
    route = configuration.read(now).routes["mini"]
    (member,) = route.members
    provider = member.model.provider
    assert (route.chain, member.model.label) == ("", "acme-ai/mini-2")
    assert str(provider.at("/chat/completions")) == "https://api.acme-ai.example/v1/chat/completions"
    assert provider.headers["Authorization"] == "Bearer sk-1"
    assert "sk-1" not in repr(provider)


def test_a_chain_has_its_members_in_order(mini: None, now: datetime) -> None:
    declare_chain("default", members=[Member("mini", 20, 2), Member("large")], deadline_seconds=90, by=SYSTEM)
    route = configuration.read(now).routes["default"]
    assert (route.chain, route.deadline_seconds) == ("default", 90)
    assert [(member.model.slug, member.timeout_seconds, member.attempts) for member in route.members] == [
        ("mini", 20, 2),
        ("large", 60, 1),
    ]


def test_a_model_has_the_price_in_force_and_those_to_come(mini: None, now: datetime) -> None:
    days = [now - timedelta(days=2), now - timedelta(days=1), now + timedelta(days=1)]
    for price, day in enumerate(days, 1):
        declare_price("listed", "mini-2", PriceList.parse({"input": str(price)}), by=SYSTEM, at=day)
    model = configuration.read(now).routes["mini"].members[0].model
    versions = dict(PriceVersion.objects.values_list("valid_from", "id"))
    assert [price.version for price in model.prices] == [versions[days[2]], versions[days[1]]]
    in_force, next_one = model.price_at(now.timestamp()), model.price_at(days[2].timestamp())
    assert in_force is not None
    assert next_one is not None
    assert (in_force.version, next_one.version) == (versions[days[1]], versions[days[2]])


def test_a_model_without_a_price_is_unpriced(mini: None, now: datetime) -> None:
    assert configuration.read(now).routes["large"].members[0].model.price_at(now.timestamp()) is None


def test_a_key_that_does_not_open_is_reported_and_the_rest_works(
    mini: None, now: datetime, settings: SettingsFixture
) -> None:
    settings.AIOPS_KEYRING = "k2:" + "A" * 43 + "="
    config = configuration.read(now)
    assert "acme-ai" in config.faults[0]
    assert "Authorization" not in config.routes["mini"].members[0].model.provider.headers
    assert "mini" in config.routes


def test_a_provider_of_several_models_that_has_no_key_is_told_once(mini: None, now: datetime) -> None:
    url = "https://api.acme-ai.example/v1/"
    declare_provider("acme-ai", name="Acme", base_url=url, api_key="", api_key_env="NO_SUCH_KEY", by=SYSTEM)
    assert len(configuration.read(now).faults) == 1


def test_the_price_catalogue_is_not_in_a_gateways_memory() -> None:
    code = "import django; django.setup(); import gateway.app, sys; print('genai_prices' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "False"


def test_many_prompts_may_be_compiled_while_it_is_read(
    operator: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[str] = []

    def read(at: datetime, before: Config) -> Config:
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            patience.extend(cursor.fetchone())
        return before

    monkeypatch.setattr(configuration, "read", read)
    monkeypatch.setattr(configuration, "close_old_connections", lambda: None)
    configuration.load(now, configuration.NOTHING)
    assert patience == ["1min"]
