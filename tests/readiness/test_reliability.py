"""Items 11 to 14."""

from datetime import timedelta
from uuid import UUID

import pytest

from aiops.lib import uuid7
from gateway.models import Chain, ChainDrill, ChainMember, Model, Provider
from integrations.models import Connection, LedgerEntry
from readiness.evidence import State
from tenants.models import Feature, Tenant
from tests.conftest import NOW
from tests.costs.factories import make_failed, make_opened, make_stopped, record
from tests.evals.factories import make_suite
from tests.evals.parity.factories import CASES, make_answers
from tests.integrations.factories import make_connection
from tests.prompts.factories import make_release, make_version
from tests.readiness.factories import ask, make_call


@pytest.fixture
def chain(operator: Tenant) -> Chain:
    """What calls of the tests name; of one model that is asked once."""
    provider = Provider.objects.create(slug="openai", name="OpenAI", base_url="https://x.example/v1")
    made = Chain.objects.create(slug="default")
    first = Model.objects.create(slug="gpt-test", provider=provider, upstream="gpt-test")
    Model.objects.create(slug="gpt-second", provider=provider, upstream="gpt-second")
    ChainMember.objects.create(chain=made, position=1, model=first)
    return made


def add_second(chain: Chain) -> None:
    ChainMember.objects.create(chain=chain, position=2, model=Model.objects.get(slug="gpt-second"))


def prove(chain: Chain, *, passes: int = 3) -> None:
    """A suite that was asked of both models; of the second so many of three answers pass."""
    version = make_version()
    make_release(version)
    suite = make_suite(cases=CASES)
    make_answers(suite, version, "gpt-test", [3] * CASES, provider="openai")
    make_answers(suite, version, "gpt-second", [passes] * CASES, provider="openai")


def drill(chain: Chain, *, trouble: str = "") -> None:
    values = {"passed": not trouble, "trouble": trouble, "members": chain.labels()}
    ChainDrill.objects.create(chain=chain, started_at=NOW, finished_at=NOW, started_by="x", **values)


@pytest.mark.parametrize("number", [11, 12, 13, 14])
def test_without_calls_nothing_is_measured(answers: Feature, number: int) -> None:
    assert ask(number, answers).state is State.NOT_MEASURED


def test_a_chain_that_tries_again_retries(acme: Tenant, answers: Feature, chain: Chain) -> None:
    make_call(acme, answers)
    assert ask(11, answers).sentence == "Asked once and never again: chain default."
    chain.members.update(attempts=2)
    found = ask(11, answers)
    assert (found.state, found.sentence.startswith("chain default: asked again")) == (State.MET, True)


def test_a_model_that_is_asked_directly_is_neither_retried_nor_backed(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers, chain="", model_asked="gpt-test")
    assert ask(11, answers).sentence == "Asked once and never again: gpt-test."
    assert ask(12, answers).sentence == "No second model: gpt-test."


def test_calls_that_were_turned_away_name_no_route(acme: Tenant, answers: Feature, chain: Chain) -> None:
    record(make_stopped(make_opened(tenant=acme.pk, feature=answers.pk, at=NOW)), at=NOW)
    assert ask(11, answers).state is State.NOT_MEASURED


def test_a_second_model_that_never_answered_was_not_seen_to(acme: Tenant, answers: Feature, chain: Chain) -> None:
    make_call(acme, answers)
    assert ask(12, answers).state is State.NOT_MET
    add_second(chain)
    prove(chain)
    found = ask(12, answers)
    assert (found.state, "no drill was held" in found.sentence) == (State.NOT_MEASURED, True)


def test_a_second_model_that_no_suite_was_asked_of_is_not_proven(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    make_call(acme, answers, fallback=True)
    found = ask(12, answers)
    assert (found.state, found.sentence) == (
        State.NOT_MEASURED,
        "chain default: no suite judges a prompt that names it.",
    )
    assert [proof.url for proof in found.proofs] == ["/chains/default/"]


def test_one_that_does_not_hold_the_firsts_score_is_no_fallback(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    prove(chain, passes=0)
    make_call(acme, answers, fallback=True)
    found = ask(12, answers)
    assert (found.state, "gpt-second: does not hold" in found.sentence) == (State.NOT_MET, True)


def test_one_that_answered_in_a_drill_is_a_fallback(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    prove(chain)
    make_call(acme, answers)
    drill(chain)
    found = ask(12, answers)
    assert (found.state, found.as_of) == (State.MET, NOW)
    assert "answered in a drill" in found.sentence


def test_a_drill_proves_nothing_of_other_models(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    prove(chain)
    make_call(acme, answers)
    drill(chain)
    Model.objects.filter(slug="gpt-second").update(upstream="gpt-third")
    Model.objects.filter(slug="gpt-test").update(upstream="gpt-second")
    assert "answered in a drill" not in ask(12, answers).sentence


def test_a_drill_proves_nothing_of_another_order(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    prove(chain)
    make_call(acme, answers)
    drill(chain)
    ChainDrill.objects.update(members=chain.labels()[::-1])
    assert "no drill was held with these models" in ask(12, answers).sentence


def test_a_drill_that_did_not_pass_is_none_either(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    prove(chain)
    make_call(acme, answers, fallback=True)
    drill(chain, trouble="gateway-1: nobody answered.")
    found = ask(12, answers)
    assert (found.state, found.sentence) == (
        State.NOT_MET,
        "The last drill of chain default did not pass: gateway-1: nobody answered.",
    )


def test_one_that_did_answer_is_a_fallback(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    prove(chain)
    make_call(acme, answers, fallback=True)
    found = ask(12, answers)
    assert found.state is State.MET
    assert found.sentence.startswith("At least 1 call was answered by a second model")


def test_a_fallback_that_failed_as_well_answered_nothing(acme: Tenant, answers: Feature, chain: Chain) -> None:
    add_second(chain)
    prove(chain)
    make_call(acme, answers)
    record(make_failed(make_opened(tenant=acme.pk, feature=answers.pk, at=NOW), fallback=True), at=NOW)
    assert ask(12, answers).state is State.NOT_MEASURED


def test_calls_that_met_a_stop_were_told_so(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers)
    assert ask(13, answers).state is State.NOT_MEASURED
    record(make_stopped(make_opened(tenant=acme.pk, feature=answers.pk, at=NOW)), at=NOW)
    assert ask(13, answers).state is State.MET


def test_stops_of_another_feature_say_nothing(acme: Tenant, answers: Feature, drafts: Feature) -> None:
    record(make_stopped(make_opened(tenant=acme.pk, feature=drafts.pk, at=NOW)), at=NOW)
    assert ask(13, answers).state is State.NOT_MEASURED


@pytest.mark.parametrize(
    ("key", "state"), [("given:order-1", State.MET), ("", State.NOT_MET)], ids=["with a key", "without"]
)
def test_writes_are_asked_for_their_keys(acme: Tenant, answers: Feature, key: str, state: State) -> None:
    write(acme, answers, key=key)
    found = ask(14, answers)
    assert found.state is state
    assert found.sentence.startswith("1 write in 30 days, ")
    assert ("one_write_a_key" in found.sentence) is bool(key)


def test_the_constraint_that_is_named_is_there() -> None:
    assert "one_write_a_key" in {each.name for each in LedgerEntry._meta.constraints}


def test_a_dry_run_is_no_write(acme: Tenant, answers: Feature) -> None:
    write(acme, answers, state="planned")
    assert ask(14, answers).state is State.NOT_MEASURED


def write(tenant: Tenant, feature: Feature, **values: object) -> Connection:
    connection = make_connection(tenant, "https://erp.acme.example")
    fields = {"key": "given:order-1", "state": "done", "external_id": "7"} | values
    LedgerEntry.objects.create(
        tenant=tenant, id=uuid7.new(NOW - timedelta(hours=1)), connection=connection, feature=feature,
        action="tryton.draft_sale", body_digest="0" * 64, input={}, after={}, payload={}, writes="allow",
        asked_at=NOW - timedelta(hours=1), asked_by_kind="key", asked_by_id="k", asked_by_label="shop",
        user_key=UUID(int=1), sent_at=NOW, ended_at=NOW, **fields,
    )  # fmt: skip
    return connection
