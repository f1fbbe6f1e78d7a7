"""Items 18 to 22."""

from datetime import timedelta
from uuid import uuid4

import pytest

from integrations.faults import Health
from integrations.models import Connection
from killswitch.models import Stop
from prompts import services as prompts
from readiness.evidence import State
from tenants.actors import SYSTEM, Actor
from tenants.models import Feature, Process, Tenant, User
from tests.conftest import NOW
from tests.killswitch.factories import make_stop
from tests.prompts.factories import make_release, make_version
from tests.readiness.factories import DOCUMENT, ask, attest, make_call
from tests.readiness.test_reliability import write


def gateway(*, applied: int) -> None:
    Process.objects.create(
        id=uuid4(), kind="gateway", name="gateway-1", host="here", pid=1, started_at=NOW, seen_at=NOW,
        stops_revision=applied, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip


@pytest.fixture
def stop(acme: Tenant, by_support: Actor) -> Stop:
    return make_stop(acme, by=by_support, at=NOW - timedelta(hours=1))


def test_a_switch_that_nobody_may_use_is_none(answers: Feature) -> None:
    assert (ask(18, answers).state, ask(18, answers).sentence) == (State.NOT_MET, "Nobody holds the support role.")


def test_somebody_who_cannot_log_in_holds_nothing(answers: Feature, support: User) -> None:
    User.objects.filter(pk=support.pk).update(is_active=False)
    assert ask(18, answers).state is State.NOT_MET


def test_a_switch_that_was_never_used_was_not_seen_to_work(answers: Feature, support: User) -> None:
    assert ask(18, answers).state is State.NOT_MEASURED


def test_a_change_that_no_process_could_confirm_is_not_measured(answers: Feature, stop: Stop) -> None:
    assert ask(18, answers).state is State.NOT_MEASURED


def test_a_change_that_every_process_confirmed_is_proof(answers: Feature, stop: Stop) -> None:
    gateway(applied=stop.revision)
    found = ask(18, answers)
    assert found.state is State.MET
    assert found.sentence.startswith("1 person holds the support role; the one process confirmed the last change")
    assert found.proofs[0].url == "/switches/acme/"


def test_one_that_a_process_did_not_is_not_met(answers: Feature, stop: Stop) -> None:
    gateway(applied=stop.revision - 1)
    assert ask(18, answers).state is State.NOT_MET


@pytest.mark.parametrize("number", [19, 21])
def test_a_document_takes_somebodys_word(answers: Feature, engineer: User, number: int) -> None:
    assert ask(number, answers).state is State.NOT_MET
    attest(number, engineer)
    found = ask(number, answers)
    assert (found.state, found.proofs[0].url) == (State.MET, DOCUMENT)


def test_a_runbook_that_was_not_reviewed_in_time_is_stale(answers: Feature, engineer: User) -> None:
    attest(19, engineer)
    assert ask(19, answers, at=NOW + timedelta(days=60)).state is State.STALE


def test_calls_that_bring_their_own_text_cannot_be_rolled_back(acme: Tenant, answers: Feature) -> None:
    version = make_version(feature=answers)
    make_release(version)
    make_call(acme, answers, prompt_version=version.hash)
    make_call(acme, answers)
    found = ask(20, answers)
    assert (found.state, found.sentence) == (State.NOT_MET, "50.0% of 2 calls in 7 days bring a text of their own.")


def test_without_a_live_prompt_there_is_nothing_to_roll_back(answers: Feature) -> None:
    assert ask(20, answers).state is State.NOT_MEASURED


def test_versions_that_were_rolled_back_once_can_be(acme: Tenant, answers: Feature) -> None:
    first, second = make_version(feature=answers), make_version("two", feature=answers)
    make_release(first)
    make_release(second)
    make_call(acme, answers, prompt_version=second.hash)
    assert ask(20, answers).state is State.NOT_MEASURED
    prompts.roll_back(first.prompt, environment="production", by=SYSTEM, at=NOW)
    found = ask(20, answers)
    assert found.state is State.MET
    assert found.sentence.endswith("welcome was rolled back to v1 in production.")


def test_without_a_connection_no_system_is_real(answers: Feature) -> None:
    assert ask(22, answers).state is State.NOT_MEASURED


def test_a_system_that_was_read_and_written_this_week_is(acme: Tenant, answers: Feature, drafts: Feature) -> None:
    connection = write(acme, answers)
    assert ask(22, answers).state is State.NOT_MET
    Connection.objects.filter(pk=connection.pk).update(health=Health.OK, checked_at=NOW)
    assert ask(22, answers).state is State.MET
    assert ask(22, answers, at=NOW + timedelta(days=9)).state is State.STALE
    assert ask(22, drafts).sentence == "1 system is connected, and the feature wrote to none in 30 days."
