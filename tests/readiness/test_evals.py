"""Items 4 to 6."""

from datetime import timedelta

import pytest

from evals import services as evals
from evals.models import Run
from evals.suites.model import Assertion, Case, Suite
from prompts.models import PromptVersion
from prompts.services import roll_back
from readiness.evidence import State
from tenants.actors import SYSTEM
from tenants.models import Feature, Tenant
from tests.evals.factories import AT, make_run, make_suite
from tests.prompts.factories import make_release, make_version
from tests.readiness.factories import ask, make_call


def push(*tags: str, cases: int) -> None:
    """A suite whose first cases bear these tags, one each."""
    found = tuple(
        Case(f"case-{number}", vars={"question": str(number)}, checks=(Assertion("icontains", "yes"),), tags=tags_of)
        for number, tags_of in enumerate([(tag,) for tag in tags] + [()] * (cases - len(tags)))
    )
    evals.push_suite(Suite("welcome", "welcome", cases=found), candidate=False, by=SYSTEM, at=AT)


@pytest.fixture
def version(answers: Feature) -> PromptVersion:
    """Pushed for the feature, released nowhere."""
    return make_version(feature=answers, suites=["welcome"])


@pytest.mark.parametrize("number", [4, 5, 6])
def test_without_a_prompt_there_is_nothing_to_judge(answers: Feature, number: int) -> None:
    assert ask(number, answers).state is State.NOT_MEASURED


@pytest.mark.parametrize("number", [4, 6])
def test_without_a_suite_it_is_not_met(answers: Feature, version: PromptVersion, number: int) -> None:
    assert ask(number, answers).state is State.NOT_MET


def test_a_hundred_cases_with_edge_and_known_failures_are_enough(answers: Feature, version: PromptVersion) -> None:
    push("edge", "edge-case", "failure:refund", cases=100)
    found = ask(4, answers)
    assert found.state is State.MET
    assert found.sentence == "100 cases in 1 suite; 2 tagged edge, 1 tagged as a known failure."
    assert found.proofs[0].url == "/evals/?suite=welcome"


def test_what_is_missing_is_counted(answers: Feature, version: PromptVersion) -> None:
    push("edge", cases=40)
    found = ask(4, answers)
    assert found.state is State.NOT_MET
    assert found.sentence == "40 cases in 1 suite: 60 are missing, none is tagged as a known failure."


def test_nothing_that_is_live_has_no_verdict_to_have(answers: Feature, version: PromptVersion) -> None:
    assert ask(5, answers).state is State.NOT_MEASURED


def test_what_is_live_without_a_verdict_is_named(answers: Feature, version: PromptVersion) -> None:
    make_release(version)
    found = ask(5, answers)
    assert (found.state, found.sentence) == (State.NOT_MET, "Live without a verdict: welcome v1.")


def test_a_verdict_on_what_is_live_is_enough(answers: Feature, version: PromptVersion) -> None:
    make_release(version)
    run = make_run(make_suite(), version)
    found = ask(5, answers)
    assert found.state is State.MET
    assert found.proofs[0].url == f"/evals/runs/{run.pk}/"


def test_a_canary_is_no_verdict(answers: Feature, version: PromptVersion) -> None:
    make_release(version)
    make_run(make_suite(), version, kind=Run.Kind.CANARY, verdict="")
    assert ask(5, answers).state is State.NOT_MET


def test_a_prompt_that_calls_name_is_the_features_too(acme: Tenant, answers: Feature, drafts: Feature) -> None:
    version = make_version(name="shared")
    make_release(version)
    make_call(acme, drafts, prompt_version=version.hash)
    assert ask(5, drafts).sentence == "Live without a verdict: shared v1."
    assert ask(5, answers).state is State.NOT_MEASURED


def test_a_gate_that_never_blocked_was_not_seen_to_block(answers: Feature, version: PromptVersion) -> None:
    make_run(make_suite(), version)
    assert ask(6, answers).state is State.NOT_MEASURED


def test_a_regression_that_stayed_out_did_block(answers: Feature, version: PromptVersion) -> None:
    make_release(version)
    worse = make_version("worse", feature=answers, suites=["welcome"])
    make_run(make_suite(), worse, version, verdict="blocked")
    found = ask(6, answers)
    assert (found.state, found.sentence) == (State.MET, "The last regression was held back: welcome v2.")


def test_one_that_somebody_let_go_live_all_the_same_did_not(answers: Feature, version: PromptVersion) -> None:
    make_release(version)
    worse = make_version("worse", feature=answers, suites=["welcome"])
    before = AT - timedelta(hours=1)
    make_run(make_suite(), worse, version, verdict="blocked", started_at=before, ended_at=before)
    evals.promote(worse, environment="production", override="The old one is wrong.", by=SYSTEM, at=AT)
    found = ask(6, answers)
    assert found.state is State.NOT_MET
    assert "the console itself let it go live in production all the same" in found.sentence


def test_nor_did_one_that_was_taken_back_since(answers: Feature, version: PromptVersion) -> None:
    make_release(version)
    worse = make_version("worse", feature=answers, suites=["welcome"])
    before = AT - timedelta(hours=1)
    make_run(make_suite(), worse, version, verdict="blocked", started_at=before, ended_at=before)
    evals.promote(worse, environment="production", override="The old one is wrong.", by=SYSTEM, at=AT)
    roll_back(version.prompt, environment="production", note="It was not.", by=SYSTEM, at=AT + timedelta(days=1))
    assert ask(6, answers).state is State.NOT_MET
