"""aiops chains, and a suite asked of one model."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from aiops.celery import app
from costs.records import Hop
from evals.models import Run
from gateway.breakers.reading import Standing, State
from gateway.models import Chain, ChainDrill
from gateway.standing import states
from tenants.models import Feature, Process, Tenant
from tests.cli.conftest import Aiops
from tests.costs.factories import make_finished, make_opened, record
from tests.evals.factories import make_suite
from tests.evals.parity.factories import CASES, make_answers, make_chain
from tests.prompts.factories import make_release, make_version


@pytest.fixture
def chain(console: None) -> Chain:
    return make_chain("first", "second")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """One that has finished a drill as soon as it is told of it, so."""
    outcome: dict[str, object] = {"passed": True, "trouble": "", "members": ["acme-ai/first", "acme-ai/second"]}
    answer = {
        "process": "gateway-1", "call": "c-1", "failed": "acme-ai/first", "served": "acme-ai/second",
        "hops": [["acme-ai/first", "drill"]], "ms": 1215, "error": "",
    }  # fmt: skip

    def finish(name: str, args: tuple[str], **options: object) -> None:
        ChainDrill.objects.filter(pk=args[0]).update(finished_at=datetime.now(UTC), answers=[answer], **outcome)

    monkeypatch.setattr(app, "send_task", finish)
    monkeypatch.setattr("gateway.drills.starting.transaction.on_commit", lambda send: send())
    return outcome


@pytest.fixture
def gateway(console: None) -> Process:
    at = datetime.now(UTC)
    return Process.objects.create(
        id=uuid4(), kind="gateway", name="gateway-1", host="here", pid=1, started_at=at, seen_at=at,
        stops_revision=1, config_revision=1, push_works=True, open_calls=0,
    )  # fmt: skip


def test_a_drill_tells_who_answered(aiops: Aiops, chain: Chain, gateway: Process, worker: dict[str, object]) -> None:
    told = aiops("chains", "drill", "default")
    assert told.exit_code == 0
    assert "acme-ai/first was made to fail, acme-ai/second answered in 1,215 ms. Call c-1" in told.output
    assert "Passed." in told.output


def test_one_that_does_not_pass_ends_with_1(
    aiops: Aiops, chain: Chain, gateway: Process, worker: dict[str, object]
) -> None:
    worker.update(passed=False, trouble="gateway-1: nobody answered.")
    told = aiops("chains", "drill", "default", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["trouble"] == "gateway-1: nobody answered."


def test_what_cannot_be_drilled_says_why(aiops: Aiops, chain: Chain) -> None:
    told = aiops("chains", "drill", "default")
    assert told.exit_code == 1
    assert "No gateway is running" in told.output


def test_chains_are_listed_with_their_last_drill(
    aiops: Aiops, chain: Chain, gateway: Process, worker: dict[str, object]
) -> None:
    assert "never" in aiops("chains", "list").output
    aiops("chains", "drill", "default")
    assert "first, second" in aiops("chains", "list").output
    [found] = json.loads(aiops("chains", "list", "--json").stdout)
    assert (found["name"], found["last_drill"]["passed"]) == ("default", True)


def test_a_drill_of_other_models_is_told_to_be_one(
    aiops: Aiops, chain: Chain, gateway: Process, worker: dict[str, object]
) -> None:
    worker.update(members=["acme-ai/first", "acme-ai/former"])
    aiops("chains", "drill", "default")
    assert "passed, with other models than now" in aiops("chains", "list").output


def test_a_chain_shows_its_scores_and_ends_with_1_until_a_second_is_proven(aiops: Aiops, chain: Chain) -> None:
    version = make_version()
    make_release(version)
    suite = make_suite(cases=CASES)
    make_answers(suite, version, "first", [3] * CASES)
    told = aiops("chains", "show", "default")
    assert told.exit_code == 1
    assert "no second model is proven (second: not measured)" in told.output
    make_answers(suite, version, "second", [3] * CASES)
    told = aiops("chains", "show", "default")
    assert told.exit_code == 0
    assert "holds" in told.output


def test_a_chain_says_that_its_first_model_may_use_up_all_of_its_time(aiops: Aiops, chain: Chain) -> None:
    assert "is silent" not in aiops("chains", "show", "default").output
    Chain.objects.update(deadline_seconds=60)
    told = " ".join(aiops("chains", "show", "default").output.split())
    assert "! While first is silent, no model behind it is asked: it may take 60 seconds" in told


def test_a_chain_shows_how_its_models_stand_and_why(
    aiops: Aiops, chain: Chain, acme: Tenant, answers: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = datetime(2026, 11, 22, 3, 0, 5, tzinfo=UTC)
    told = {
        "acme-ai/first": Standing(State.OPEN, until=until, reason="timeout"),
        "acme-ai/second": Standing(State.CLOSED),
    }
    monkeypatch.setattr(states, "standings", lambda models, at: told)
    at = datetime.now(UTC)
    hops = (Hop("first", "acme-ai", 429, 12, "429"), Hop("second", "acme-ai", 200, 30, ""))
    opened = make_opened(at=at, tenant=acme.pk, feature=answers.pk, model="second", provider="acme-ai")
    record(make_finished(opened, hops=hops, fallback=True), at=at)
    shown = aiops("chains", "show", "default").stdout
    assert "open" in shown
    assert "it was too slow" in shown
    assert "acme-ai/first: its limit was reached; acme-ai/second answered. Call " in shown
    live = json.loads(aiops("chains", "show", "default", "--json").stdout)["live"]
    assert [(each["state"], each["answered_15m"]) for each in live["members"]] == [("open", 0), ("healthy", 1)]
    assert live["last_fallback"]["in_vain"] == [{"label": "acme-ai/first", "why": "its limit was reached"}]


def test_a_chain_that_nobody_asked_shows_that(aiops: Aiops, chain: Chain) -> None:
    assert "No call fell back in the last 7 days." in aiops("chains", "show", "default").stdout


def test_a_suite_is_asked_of_one_model(aiops: Aiops, chain: Chain) -> None:
    version = make_version()
    make_release(version)
    make_suite()
    told = aiops("evals", "run", "welcome", "--head", "v1", "--model", "second", "--no-wait")
    assert told.exit_code == 0
    assert Run.objects.get().model == "second"


def test_what_a_finished_run_of_a_model_found_is_told(aiops: Aiops, chain: Chain) -> None:
    version = make_version()
    run = make_answers(make_suite(cases=CASES), version, "second", [3] * 30 + [0] * 10)
    told = aiops("evals", "show", str(run.pk))
    assert "measured" in told.output
    assert "90 of 120 answers pass." in told.output


def test_a_chain_that_is_not_there_is_named(aiops: Aiops, console: None) -> None:
    told = aiops("chains", "show", "nothing")
    assert told.exit_code == 1
    assert "There is no chain 'nothing'" in told.output
