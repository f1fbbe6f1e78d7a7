"""A threshold is worked out from a run, and kept."""

from decimal import Decimal

import pytest

from evals import services
from evals.models import Calibration
from gateway.models import Grounding
from tenants.actors import SYSTEM
from tenants.models import AuditEntry, Feature
from tenants.refusals import Invalid
from tests.evals.calibration.loop import AT, good, measured_run, run_of
from tests.evals.factories import make_run, make_suite
from tests.prompts.factories import make_version

TWO = Decimal("0.02")


def test_it_keeps_what_the_sentence_rests_on(answers: Feature) -> None:
    run = measured_run(answers, good(), refused=20)
    made = services.calibrate(run, target=TWO, by=SYSTEM, at=AT)
    assert (made.threshold, made.cases, made.unmeasured, made.answered, made.wrong) == (
        Decimal("0.4001"),
        120,
        0,
        95,
        0,
    )
    assert (made.feature, made.run, made.made_by_label) == (answers, run, SYSTEM.label)
    assert made.sentence == "At most 2% wrong answers: you answer 79.2%."
    assert AuditEntry.objects.get(action="calibration.made").object == "answers"


def test_it_is_not_set_by_that(answers: Feature) -> None:
    services.calibrate(measured_run(answers, good()), target=TWO, by=SYSTEM, at=AT)
    assert not Grounding.objects.exists()
    assert services.in_force(answers) is None


def test_that_there_is_none_is_kept_too(answers: Feature) -> None:
    made = services.calibrate(measured_run(answers, good(20, 0)), target=TWO, by=SYSTEM, at=AT)
    assert (made.threshold, made.answered) == (None, 0)
    assert made.sentence == "At most 2% wrong answers cannot be proven from 20 cases: it takes 49 at least."


@pytest.mark.parametrize("target", ["0", "1", "-0.1", "2", "NaN", "0.00001"])
def test_a_target_is_a_share(answers: Feature, target: str) -> None:
    with pytest.raises(Invalid, match="target"):
        services.calibrate(measured_run(answers, good()), target=Decimal(target), by=SYSTEM, at=AT)
    assert not Calibration.objects.exists()


def test_too_much_that_was_not_measured_is_refused_with_the_first_reason(answers: Feature) -> None:
    run = measured_run(answers, [*good(), *[(None, None)] * 3])
    with pytest.raises(services.NotMeasured, match=r"3 of 103 answers .* 2% .* 503 no_model_answered"):
        services.calibrate(run, target=TWO, by=SYSTEM, at=AT)


def test_a_little_that_was_not_measured_is_counted_apart(answers: Feature) -> None:
    made = services.calibrate(measured_run(answers, [*good(), (None, None)]), target=TWO, by=SYSTEM, at=AT)
    assert (made.cases, made.unmeasured) == (100, 1)


def test_an_answer_whose_checks_could_not_be_told_is_not_measured(answers: Feature) -> None:
    made = services.calibrate(measured_run(answers, [*good(), (0.95, None)]), target=TWO, by=SYSTEM, at=AT)
    assert (made.cases, made.unmeasured) == (100, 1)


def test_a_run_of_another_kind_measured_nothing(answers: Feature) -> None:
    run = make_run(make_suite(), make_version())
    with pytest.raises(services.NotMeasured, match="did not measure confidence"):
        services.calibrate(run, target=TWO, by=SYSTEM, at=AT)


def test_a_run_that_is_not_over_says_nothing(answers: Feature) -> None:
    run = run_of(make_version(), answers, good(), state="running", ended_at=None)
    with pytest.raises(services.NotMeasured, match="is running"):
        services.calibrate(run, target=TWO, by=SYSTEM, at=AT)


def test_a_feature_of_the_consoles_own_has_no_callers(answers: Feature) -> None:
    answers.is_own = True
    run = measured_run(answers, good())
    with pytest.raises(Invalid, match="the console's own"):
        services.ask_confidence(answers, run.suite.suite, by=SYSTEM, at=AT)
