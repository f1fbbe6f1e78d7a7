"""A calibrated threshold becomes the feature's own, and is taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from evals import services
from evals.confidence.live import differences, drifted
from evals.models import Calibration, DriftAlarm, Run
from gateway.grounding.policy import Mode, Policy, Unverified
from gateway.services import (
    Member,
    declare_chain,
    declare_feature_chain,
    declare_grounding,
    declare_model,
    declare_provider,
)
from prompts.models import PromptVersion
from prompts.services import push_version
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature
from tenants.refusals import Conflict
from tests.evals.calibration.loop import AT, good, measured_run, run_of
from tests.evals.factories import make_suite
from tests.prompts.factories import make_bundle, make_release, make_version

TWO, TEN = Decimal("0.02"), Decimal("0.1")
LATER = AT + timedelta(hours=1)


def made(run: Run, target: Decimal = TWO) -> Calibration:
    return services.calibrate(run, target=target, by=SYSTEM, at=AT)


def enforce(feature: Feature, threshold: str = "0.25") -> None:
    declare_grounding(
        feature, mode=Mode.ENFORCE, min_confidence=Decimal(threshold), unverified=Unverified.REFUSE, by=SYSTEM
    )


def test_it_sets_the_threshold_and_leaves_all_else(answers: Feature) -> None:
    enforce(answers)
    row = services.apply(made(measured_run(answers, good())), by=SYSTEM, at=LATER)
    assert services.policy_of(answers) == Policy(Mode.ENFORCE, 0.4001, Unverified.REFUSE)
    assert (row.applied_at, row.threshold_before, row.reason) == (LATER, Decimal("0.25"), "")
    assert services.in_force(answers) == row


def test_both_are_written_down(answers: Feature) -> None:
    enforce(answers)
    services.apply(made(measured_run(answers, good())), by=SYSTEM, at=LATER)
    applied = AuditEntry.objects.get(action="calibration.applied")
    assert '"before":"0.25"' in (applied.payload or "").replace(" ", "")
    assert AuditEntry.objects.filter(action="grounding.changed", object="answers").count() == 1


def test_of_a_feature_that_demanded_nothing_the_mode_stays_off(answers: Feature) -> None:
    services.apply(made(measured_run(answers, good())), by=SYSTEM, at=LATER)
    assert services.policy_of(answers) == Policy(Mode.OFF, 0.4001)


def test_undone_the_threshold_before_is_back(answers: Feature) -> None:
    enforce(answers)
    row = services.apply(made(measured_run(answers, good())), by=SYSTEM, at=LATER)
    undone = services.undo(row, by=SYSTEM, at=LATER)
    assert services.policy_of(answers).min_confidence == 0.25
    assert (undone.undone_at, undone.undone_by, services.in_force(answers)) == (LATER, SYSTEM.label, None)
    assert AuditEntry.objects.filter(action="calibration.undone").count() == 1


def test_undone_the_calibration_before_it_is_in_force_again(answers: Feature) -> None:
    enforce(answers)
    run = measured_run(answers, [*good(90, 5), *[(0.6, False)] * 5])
    first = services.apply(made(run, TEN), by=SYSTEM, at=AT)
    second = services.apply(made(run), by=SYSTEM, at=LATER)
    assert services.in_force(answers) == second
    services.undo(second, by=SYSTEM, at=LATER)
    assert services.in_force(answers) == first


def test_it_can_be_set_again_after_it_was_undone(answers: Feature) -> None:
    enforce(answers)
    row = made(measured_run(answers, good()))
    services.apply(row, by=SYSTEM, at=AT)
    services.undo(row, by=SYSTEM, at=AT)
    assert services.apply(row, by=SYSTEM, at=LATER).undone_at is None
    assert services.in_force(answers) == row


def test_it_is_not_undone_twice(answers: Feature) -> None:
    row = services.apply(made(measured_run(answers, good())), by=SYSTEM, at=AT)
    services.undo(row, by=SYSTEM, at=LATER)
    with pytest.raises(Conflict, match="not in force"):
        services.undo(row, by=SYSTEM, at=LATER)


def test_what_somebody_set_since_is_not_undone(answers: Feature) -> None:
    row = services.apply(made(measured_run(answers, good())), by=SYSTEM, at=AT)
    enforce(answers, "0.7")
    with pytest.raises(Conflict, match="not in force"):
        services.undo(row, by=SYSTEM, at=LATER)
    assert services.policy_of(answers).min_confidence == 0.7


def test_what_was_never_set_is_not_undone(answers: Feature) -> None:
    with pytest.raises(Conflict, match="not in force"):
        services.undo(made(measured_run(answers, good())), by=SYSTEM, at=AT)


def test_it_is_not_set_twice(answers: Feature) -> None:
    row = services.apply(made(measured_run(answers, good())), by=SYSTEM, at=AT)
    with pytest.raises(Conflict, match="in force already"):
        services.apply(row, by=SYSTEM, at=LATER)


def test_no_threshold_is_not_set(answers: Feature) -> None:
    with pytest.raises(Conflict, match=r"There is no threshold to set\. At most 2% wrong answers cannot be proven"):
        services.apply(made(measured_run(answers, good(10, 0))), by=SYSTEM, at=AT)


def test_another_version_that_is_live_stands_in_the_way(answers: Feature) -> None:
    row = made(measured_run(answers, good()))
    make_release(make_version("Be kind and brief."))
    with pytest.raises(services.NotLive, match="calibrated on v1, live is v2"):
        services.apply(row, by=SYSTEM, at=LATER)
    assert services.policy_of(answers).min_confidence == 0


def test_with_a_reason_it_is_set_all_the_same(answers: Feature) -> None:
    row = made(measured_run(answers, good()))
    make_release(make_version("Be kind and brief."))
    applied = services.apply(row, reason="v2 only changes the greeting", by=SYSTEM, at=LATER)
    assert applied.reason == "v2 only changes the greeting"
    assert services.in_force(answers) == row


def test_a_reason_that_says_nothing_is_none(answers: Feature) -> None:
    row = made(measured_run(answers, good()))
    make_release(make_version("Be kind and brief."))
    with pytest.raises(services.NotLive):
        services.apply(row, reason="because  ", by=SYSTEM, at=LATER)


def test_nothing_that_is_live_stands_in_the_way(answers: Feature) -> None:
    assert differences(run_of(make_version(), answers, good())) == ["calibrated on v1, and nothing of welcome is live"]


def test_another_content_of_the_suite_stands_in_the_way(answers: Feature) -> None:
    run = measured_run(answers, good())
    make_suite(cases=4)
    assert differences(Run.objects.get(pk=run.pk)) == ["calibrated by content #1 of suite welcome, current is #2"]


def test_another_model_stands_in_the_way(answers: Feature) -> None:
    run = measured_run(answers, good(), model="openai/small")
    declare_provider("openai", name="OpenAI", base_url="https://api.example/v1", by=SYSTEM)
    declare_model("large", provider="openai", by=SYSTEM)
    declare_model("small", provider="openai", by=SYSTEM)
    declare_chain("default", members=[Member("small"), Member("large")], by=SYSTEM)
    assert differences(run) == []
    declare_chain("default", members=[Member("large"), Member("small")], by=SYSTEM)
    assert differences(run) == ["calibrated with openai/small, asked first is openai/large"]


def versioned(model: dict[str, str]) -> PromptVersion:
    return push_version("welcome", make_bundle(model=model), by=SYSTEM, at=AT).version


@pytest.fixture
def chains(answers: Feature) -> None:
    """`default` asks the small one first, `careful` the large one."""
    declare_provider("openai", name="OpenAI", base_url="https://api.example/v1", by=SYSTEM)
    declare_model("large", provider="openai", by=SYSTEM)
    declare_model("small", provider="openai", by=SYSTEM)
    declare_chain("default", members=[Member("small"), Member("large")], by=SYSTEM)
    declare_chain("careful", members=[Member("large"), Member("small")], by=SYSTEM)


@pytest.mark.usefixtures("chains")
@pytest.mark.parametrize("named", [{}, {"chain": "aiops-auto"}])
def test_what_a_prompt_leaves_open_the_features_chain_says(answers: Feature, named: dict[str, str]) -> None:
    version = versioned(named)
    make_release(version)
    run = run_of(version, answers, good(), model="openai/large")
    declare_feature_chain(answers, chain="careful", by=SYSTEM)
    assert differences(run) == []
    declare_feature_chain(answers, chain="default", by=SYSTEM)
    assert differences(run) == ["calibrated with openai/large, asked first is openai/small"]


@pytest.mark.usefixtures("chains")
@pytest.mark.parametrize("named", [{"chain": "careful"}, {"chain": "aiops-careful"}, {"model": "large"}])
def test_what_a_prompt_names_the_features_chain_does_not_change(answers: Feature, named: dict[str, str]) -> None:
    version = versioned(named)
    make_release(version)
    declare_feature_chain(answers, chain="default", by=SYSTEM)
    assert differences(run_of(version, answers, good(), model="openai/large")) == []


def test_what_was_set_since_one_looked_is_not_overwritten(answers: Feature) -> None:
    enforce(answers)
    run = measured_run(answers, good())
    services.use(run, target=TWO, instead_of=Decimal("0.25"), by=SYSTEM, at=AT)
    with pytest.raises(services.ChangedSince, match=f"{SYSTEM.label} has set the threshold to 0.4001"):
        services.use(run, target=TEN, instead_of=Decimal("0.25"), by=SYSTEM, at=LATER)
    assert services.policy_of(answers).min_confidence == 0.4001
    assert Calibration.objects.count() == 1


def test_drift_since_is_told_and_stands_not_in_the_way(answers: Feature) -> None:
    run = measured_run(answers, good())
    assert drifted(run) == ""
    DriftAlarm.objects.create(suite=run.suite.suite, signal="pass_rate", detail="It fell.", run=run, raised_at=LATER)
    assert drifted(run) == "its suite drifted since: It fell."
    assert differences(run) == []
