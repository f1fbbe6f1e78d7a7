"""Providers, models and chains are declared, and declared again."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from gateway.models import Chain, ChainMember, Model, Provider
from gateway.services import Member, declare_chain, declare_model, declare_provider
from tenants import audit, revisions
from tenants.actors import SYSTEM, Actor
from tenants.models import AuditEntry, Revision, Tenant
from tenants.refusals import Invalid
from tenants.scope import ALL, scope
from tenants.secrets import Unreadable
from tenants.services.declaring import Declared
from tests.factories import make_operator

URL = "https://api.acme-ai.example/v1"


def make_provider(slug: str = "acme-ai", *, by: Actor = SYSTEM, **values: Any) -> Declared[Provider]:
    return declare_provider(slug, **{"name": "Acme AI", "base_url": URL, **values}, by=by)


def make_models(*slugs: str) -> None:
    make_provider()
    for slug in slugs:
        declare_model(slug, provider="acme-ai", by=SYSTEM)


def entries_of(operator: Tenant, action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.of(operator).filter(action=action))


def test_declaring_again_changes_nothing(operator: Tenant) -> None:
    make_provider(api_key="sk-1")
    outcomes = [
        make_provider(api_key="sk-1").outcome,
        declare_model("mini", provider="acme-ai", by=SYSTEM).outcome,
        declare_model("mini", provider="acme-ai", by=SYSTEM).outcome,
        declare_chain("default", members=[Member("mini")], by=SYSTEM).outcome,
        declare_chain("default", members=[Member("mini")], by=SYSTEM).outcome,
    ]
    assert outcomes == ["unchanged", "created", "unchanged", "created", "unchanged"]
    assert len(entries_of(operator, "chain.created")) == 1


def test_a_change_is_on_record_with_who_made_it(operator: Tenant, by_support: Actor) -> None:
    make_provider()
    declared = make_provider(name="Acme AI Europe", by=by_support)
    (entry,) = entries_of(operator, "provider.changed")
    assert (declared.outcome, declared.before, declared.after) == (
        "changed",
        {"name": "Acme AI"},
        {"name": "Acme AI Europe"},
    )
    assert (entry.object, entry.actor_label) == ("acme-ai", by_support.label)
    assert "Acme AI Europe" in (entry.payload or "")
    assert audit.verify(operator.pk).holds


@pytest.mark.parametrize("model", [Provider, Model, Chain, ChainMember])
def test_any_change_of_the_rows_moves_the_revision(committed: None, model: type[Any]) -> None:
    with scope(ALL):
        make_operator()
        make_models("mini")
        declare_chain("default", members=[Member("mini")], by=SYSTEM)
    before = revisions.number(Revision.Name.CONFIG)
    model.objects.update(id=F("id"))
    assert revisions.number(Revision.Name.CONFIG) == before + 1


def test_a_key_is_kept_encrypted_and_told_to_nobody(operator: Tenant) -> None:
    declared = make_provider(api_key="sk-very-secret")
    provider = Provider.objects.get(slug="acme-ai")
    assert provider.api_key() == "sk-very-secret"
    assert b"sk-very-secret" not in bytes(provider.api_key_sealed or b"")
    assert provider.api_key_last_four == "cret"
    payloads = [entry.payload or "" for entry in AuditEntry.objects.of(operator)]
    assert "cret" not in str(declared.after) + str(payloads)


def test_without_a_key_the_one_it_has_stays(operator: Tenant) -> None:
    make_provider(api_key="sk-1")
    assert make_provider().outcome == "unchanged"
    assert make_provider(api_key="sk-2").outcome == "changed"
    assert Provider.objects.get(slug="acme-ai").api_key() == "sk-2"


def test_a_key_may_live_in_the_gateways_environment(operator: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    make_provider(api_key="sk-1")
    make_provider(api_key_env="ACME_AI_KEY")
    provider = Provider.objects.get(slug="acme-ai")
    assert provider.api_key() is None
    monkeypatch.setenv("ACME_AI_KEY", "sk-of-the-environment")
    assert (provider.api_key(), provider.api_key_sealed) == ("sk-of-the-environment", None)


def test_a_row_that_names_a_secret_of_our_own_sends_it_to_nobody(
    operator: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIOPS_KEYRING", "k1:secret")
    with pytest.raises(Unreadable, match="AIOPS_KEYRING"):
        Provider(slug="acme-ai", base_url=URL, api_key_env="AIOPS_KEYRING").api_key()


ELSEWHERE = ["https://evil.example/v1", "http://api.acme-ai.example/v1", "https://api.acme-ai.example:8443/v1"]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_stored_key_does_not_follow_the_provider_to_another_server(operator: Tenant, url: str) -> None:
    make_provider(api_key="sk-1")
    with pytest.raises(Invalid, match="give it again") as caught:
        make_provider(base_url=url)
    assert caught.value.field == "api_key"
    assert Provider.objects.get(slug="acme-ai").base_url == URL


@pytest.mark.parametrize("key", [{"api_key": "sk-1"}, {"api_key": "sk-2"}, {"api_key_env": "ACME_AI_KEY"}])
@pytest.mark.parametrize("url", ELSEWHERE)
def test_with_its_key_given_again_a_provider_moves(operator: Tenant, key: dict[str, Any], url: str) -> None:
    make_provider(api_key="sk-1")
    assert make_provider(base_url=url, **key).outcome == "changed"
    assert Provider.objects.get(slug="acme-ai").base_url == url


def test_a_stored_key_stays_on_its_server_under_another_path(operator: Tenant) -> None:
    make_provider(api_key="sk-1")
    make_provider(base_url="https://API.acme-ai.example:443/v2")
    assert Provider.objects.get(slug="acme-ai").api_key() == "sk-1"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": "Acme AI"}, "provider"),
        ({"base_url": "http://10.0.0.1/v1"}, "base_url"),
        ({"base_url": "http://169.254.169.254/v1", "allow_private": True}, "base_url"),
        ({"base_url": "acme"}, "base_url"),
        ({"api_key": "sk-1", "api_key_env": "ACME_AI_KEY"}, "api_key"),
        ({"api_key_env": "AIOPS_KEYRING"}, "api_key_env"),
        ({"api_key_env": "DATABASE_URL_FILE"}, "api_key_env"),
    ],
)
def test_a_provider_that_cannot_be_is_refused(operator: Tenant, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        make_provider(**values)
    assert caught.value.field == field
    assert not Provider.objects.exists()


def test_a_model_of_an_unknown_provider_is_told_the_known_ones(operator: Tenant) -> None:
    make_provider()
    with pytest.raises(Invalid, match="declared are: acme-ai"):
        declare_model("mini", provider="acme", by=SYSTEM)


@pytest.mark.parametrize("slug", ["", "-mini", "mini\n", "two words", "x" * 101])
def test_a_name_that_callers_could_not_write_is_refused(operator: Tenant, slug: str) -> None:
    make_provider()
    with pytest.raises(Invalid):
        declare_model(slug, provider="acme-ai", upstream="mini", by=SYSTEM)


@pytest.mark.parametrize("upstream", ["mini\r\nx-header: 1", "mini\n"])
def test_an_upstream_name_that_could_not_be_told_is_refused(operator: Tenant, upstream: str) -> None:
    make_provider()
    with pytest.raises(Invalid):
        declare_model("mini", provider="acme-ai", upstream=upstream, by=SYSTEM)


def test_models_and_chains_share_one_space_of_names(operator: Tenant) -> None:
    make_models("mini", "large")
    declare_chain("default", members=[Member("mini")], by=SYSTEM)
    with pytest.raises(Invalid):
        declare_chain("large", members=[Member("mini")], by=SYSTEM)
    with pytest.raises(Invalid):
        declare_model("default", provider="acme-ai", by=SYSTEM)


def test_the_database_itself_keeps_the_names_apart(operator: Tenant) -> None:
    make_models("mini")
    with pytest.raises(IntegrityError), transaction.atomic():
        Chain.objects.create(slug="mini")
    Chain.objects.create(slug="default")
    with pytest.raises(IntegrityError), transaction.atomic():
        Model.objects.filter(slug="mini").update(slug="default")


def test_members_keep_their_order_and_can_be_put_in_another(operator: Tenant) -> None:
    make_models("mini", "large")
    declare_chain("default", members=[Member("mini", 20, 2), Member("large")], by=SYSTEM)
    declared = declare_chain("default", members=[Member("large"), Member("mini", 20, 2)], by=SYSTEM)
    rows = ChainMember.objects.filter(chain=declared.row).values_list("model__slug", "timeout_seconds", "attempts")
    assert (declared.outcome, list(rows)) == ("changed", [("large", 60, 1), ("mini", 20, 2)])


@pytest.mark.parametrize(
    ("members", "deadline"),
    [
        ([], 60),
        ([Member("mini"), Member("mini")], 60),
        ([Member("gone")], 60),
        ([Member("mini", timeout_seconds=0)], 60),
        ([Member("mini", attempts=6)], 60),
        ([Member("mini")], 0),
    ],
)
def test_a_chain_that_cannot_be_is_refused(operator: Tenant, members: list[Member], deadline: int) -> None:
    make_models("mini")
    with pytest.raises(Invalid):
        declare_chain("default", members=members, deadline_seconds=deadline, by=SYSTEM)
