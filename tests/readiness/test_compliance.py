"""Items 23 to 26."""

from datetime import date, timedelta

import pytest

from gateway.models import Provider
from readiness import services
from readiness.evidence import State
from readiness.items import ITEMS
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant, User
from tests.conftest import NOW
from tests.readiness.factories import ask, attest, make_call


@pytest.fixture
def providers(operator: Tenant) -> None:
    for slug in ("openai", "acme-ai"):
        Provider.objects.create(slug=slug, name=slug, base_url=f"https://{slug}.example/v1")


@pytest.mark.parametrize("number", [23, 24, 25])
def test_what_nobody_attested_is_not_met(answers: Feature, number: int) -> None:
    found = ask(number, answers)
    assert found.state is State.NOT_MET
    assert found.sentence == "Nobody has attested it: it takes a document, and the word of a manager or an admin."


@pytest.mark.parametrize("number", [23, 24])
def test_every_provider_that_was_asked_has_to_be_covered(
    acme: Tenant, answers: Feature, manager: User, providers: None, number: int
) -> None:
    attest(number, manager, providers=["openai"])
    make_call(acme, answers)
    assert ask(number, answers).state is State.MET
    make_call(acme, answers, provider="acme-ai")
    found = ask(number, answers)
    assert found.state is State.NOT_MET
    assert "acme-ai. The document covers openai." in found.sentence


def test_who_only_plays_a_provider_needs_no_agreement(
    acme: Tenant, answers: Feature, manager: User, providers: None
) -> None:
    attest(23, manager, providers=["openai"])
    make_call(acme, answers, provider="simulator", simulated=True)
    assert ask(23, answers).state is State.MET


def test_a_word_for_one_feature_says_nothing_of_another(answers: Feature, drafts: Feature, manager: User) -> None:
    attest(25, manager, feature=answers)
    assert ask(25, answers).state is State.MET
    assert ask(25, drafts).state is State.NOT_MET


def test_a_word_for_all_stands_in_where_a_features_own_has_run_out(answers: Feature, manager: User) -> None:
    attest(25, manager, feature=answers, expires_on=date(2026, 11, 23))
    later = NOW + timedelta(days=5)
    assert ask(25, answers, at=later).state is State.STALE
    attest(25, manager)
    assert ask(25, answers, at=later).state is State.MET


def test_a_renewal_counts_and_what_is_withdrawn_brings_nothing_back(answers: Feature, manager: User) -> None:
    attest(25, manager)
    newest = attest(25, manager, statement="Read again, after the policy had changed.")
    assert "Read again" in ask(25, answers).sentence
    services.withdraw(newest, ITEMS[25], by=SYSTEM, at=NOW)
    assert ask(25, answers).state is State.NOT_MET


def test_what_this_version_cannot_measure_is_no_pass(answers: Feature) -> None:
    assert ask(26, answers).state is State.NOT_MEASURED
