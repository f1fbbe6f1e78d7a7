"""Items 15 to 17."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from evals.models import Run
from readiness import services
from readiness.evidence import State
from tenants.models import Feature, Tenant
from tests.conftest import NOW
from tests.evals.factories import make_run, make_suite
from tests.factories import make_key
from tests.prompts.factories import make_release, make_version
from tests.readiness.factories import ask, make_call

MEASURED = {"arms": {"head": {"asked": 100, "measured": 100, "pass_rate": 0.9}}}


@pytest.mark.parametrize("number", [15, 16, 17])
def test_without_data_nothing_is_measured(answers: Feature, number: int) -> None:
    assert ask(number, answers).state is State.NOT_MEASURED


def test_records_without_texts_are_not_whole(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers)
    make_call(acme, answers, latency_ms=None)
    found = ask(15, answers)
    assert found.state is State.NOT_MET
    assert found.sentence.startswith("Model, tokens and latency are kept of 50.0% of 2 calls; texts are not kept")


def test_chains_that_were_walked_today_and_hold_are_proof(acme: Tenant, answers: Feature) -> None:
    services.verify_chains(at=NOW)
    found = ask(16, answers)
    assert found.state is State.MET
    assert found.sentence.endswith("in 2 chains: nothing was changed or removed.")


def test_chains_that_were_walked_the_day_before_yesterday_are_stale(acme: Tenant, answers: Feature) -> None:
    services.verify_chains(at=NOW - timedelta(days=2))
    assert ask(16, answers).state is State.STALE


def test_a_chain_that_is_broken_is_named(acme: Tenant, answers: Feature, settings: Settings) -> None:
    make_key(acme)
    settings.AIOPS_AUDIT_KEY = "not the key that sealed them"
    services.verify_chains(at=NOW)
    found = ask(16, answers)
    assert found.state is State.NOT_MET
    assert "The chain of acme is broken at entry 1: it was changed after it was written" in found.sentence


def canary(feature: Feature, *, ago: timedelta) -> Run:
    version = make_version(feature=feature)
    make_release(version)
    at = NOW - ago
    return make_run(
        make_suite(), version, kind=Run.Kind.CANARY, verdict="", report=MEASURED, started_at=at, ended_at=at
    )


def test_all_four_numbers_are_needed(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers)
    assert ask(17, answers).sentence == "Without data: eval pass rate."
    run = canary(answers, ago=timedelta(hours=3))
    found = ask(17, answers)
    assert found.state is State.MET
    assert found.proofs[1].url == f"/evals/runs/{run.pk}/"


def test_a_pass_rate_of_last_week_is_stale(acme: Tenant, answers: Feature) -> None:
    make_call(acme, answers)
    canary(answers, ago=timedelta(days=7))
    assert ask(17, answers).state is State.STALE
