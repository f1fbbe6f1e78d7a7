"""A run that measures confidence, through the real gateway."""

from decimal import Decimal
from typing import Any

import pytest

from evals import services
from evals.confidence.measured import cases_of, measure
from evals.models import Result, Run
from evals.suites.model import Suite
from gateway.grounding.policy import Mode
from gateway.services import Member, declare_chain, declare_feature_chain, declare_grounding, declare_model
from prompts import services as prompts
from tenants.actors import SYSTEM
from tenants.models import Feature
from tenants.refusals import Invalid
from tenants.scope import ALL, scope
from tests.evals.calibration.loop import case, grounded_suite
from tests.evals.loop import GOOD, Loop, now
from tests.factories import make_feature

CASES = (
    case("returns", "How do I send a parcel back?", "30 days"),
    case("cards", "How long are gift cards valid?", "3 years"),
    case("wrong", "For how long are gift cards valid?", "nobody says that"),
    case("unknown", "Who won the world cup in 1954?", "Germany"),
)


def answers_of(mode: Mode, threshold: str) -> Feature:
    feature = make_feature("answers")
    declare_grounding(feature, mode=mode, min_confidence=Decimal(threshold), by=SYSTEM)
    return feature


def run_to_its_end(loop: Loop, feature: Feature, content: Suite, **model: Any) -> Run:
    head = loop.push(GOOD, **model)
    suite = loop.push_suite(content)
    with scope(ALL):
        prompts.release(head, environment="production", by=SYSTEM, at=now())
        run = services.ask_confidence(feature, suite.suite, by=SYSTEM, at=now())
    return loop.finish(run)


def test_answers_are_seen_before_the_threshold_refuses_them(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ENFORCE, "1")
    run = run_to_its_end(loop, feature, grounded_suite(*CASES))
    assert (run.kind, run.state, run.verdict) == ("confidence", "finished", "")
    found = {result.case: result for result in Result.objects.of(run)}
    assert {key: (result.passed, result.refusal) for key, result in found.items()} == {
        "returns": (True, ""), "cards": (True, ""), "wrong": (False, ""), "unknown": (False, "model_refused"),
    }  # fmt: skip
    assert found["returns"].output == "You can send a parcel back within 30 days of delivery."
    assert Decimal("0.5") < (found["returns"].confidence or 0) <= 1
    assert (found["unknown"].confidence, found["unknown"].refused) == (Decimal("0.1"), True)
    assert [case.refused for case in cases_of(run)].count(True) == 1


def test_a_prompt_that_leaves_its_model_to_the_gateway_is_asked_of_the_features_chain(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ENFORCE, "0")
        declare_model("large", provider="simulator", by=SYSTEM)
        declare_chain("careful", members=[Member("large")], by=SYSTEM)
        declare_feature_chain(feature, chain="careful", by=SYSTEM)
    run = run_to_its_end(loop, feature, grounded_suite(CASES[0]), chain="aiops-auto")
    assert Result.objects.of(run).get().model == "simulator/large"


def test_what_it_says_is_a_calibration(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ANNOTATE, "0")
    run = run_to_its_end(loop, feature, grounded_suite(*CASES))
    found = measure(run, Decimal("0.5"))
    # One of four may be wrong and answered: (1 + 1) / (4 + 1) is at most one half.
    assert (found.sample.cases, found.threshold) == (4, Decimal(0))
    assert found.sentence == "At most 50% wrong answers: you answer 75%."


def test_sources_may_come_as_json(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ENFORCE, "0")
    told = '[{"id": "a", "text": "Opening hours are from nine to five on all days."}]'
    hours = case("hours", "What are your opening hours?", "nine to five", sources=told)
    run = run_to_its_end(loop, feature, grounded_suite(hours))
    assert Result.objects.of(run).get().passed


def test_a_case_without_sources_is_told_when_none_of_it_can_be_calibrated(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ENFORCE, "0")
    bare = case("bare", "How do I send a parcel back?", "30", sources=None)
    run = run_to_its_end(loop, feature, grounded_suite(CASES[0], bare))
    with pytest.raises(services.NotMeasured, match=r"1 of 2 answers .* Case bare has no `sources`"):
        measure(run, Decimal("0.5"))


def test_a_suite_without_sources_is_refused_at_once(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ENFORCE, "0")
    head, suite = loop.push(GOOD), loop.push_suite()
    with scope(ALL), pytest.raises(Invalid, match="no case of help has a variable `sources`"):
        services.ask_confidence(feature, suite.suite, head=head, by=SYSTEM, at=now())


def test_nothing_that_is_live_is_refused_at_once(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ENFORCE, "0")
    loop.push(GOOD)
    suite = loop.push_suite(grounded_suite(*CASES))
    with scope(ALL), pytest.raises(Invalid, match="nothing of help is live in production"):
        services.ask_confidence(feature, suite.suite, by=SYSTEM, at=now())


def test_it_judges_no_release(loop: Loop) -> None:
    with scope(ALL):
        feature = answers_of(Mode.ENFORCE, "0")
    head = loop.push(GOOD)
    suite = loop.push_suite(grounded_suite(*CASES))
    with scope(ALL):
        run = services.ask_confidence(feature, suite.suite, head=head, by=SYSTEM, at=now())
    loop.finish(run)
    with scope(ALL):
        assert [each.why for each in services.verdict_on(head, "production")] == [
            f"it has not been run on {head} alone; nothing is live that it could be beside"
        ]
