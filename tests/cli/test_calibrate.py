from decimal import Decimal

import pytest

from evals import services
from evals.models import Calibration
from gateway.grounding.policy import Mode
from gateway.services import declare_grounding
from tenants.actors import SYSTEM
from tenants.models import Feature, Role
from tests.cli.conftest import Aiops, As, printed
from tests.evals.calibration.loop import good, measured_run, run_of
from tests.evals.factories import make_suite
from tests.prompts.factories import make_release, make_version

ARGUMENTS = ("calibrate", "answers", "--suite", "welcome")


def test_it_prints_the_sentence_and_what_it_rests_on(aiops: Aiops, answers: Feature) -> None:
    measured_run(answers, good(), refused=20)
    assert aiops(*ARGUMENTS).stdout == (
        "At most 2% wrong answers: you answer 79.2%.\n"
        "  Threshold 0.4001, from 120 cases; 0% of what is answered is wrong (95%: 0% to 3.8%).\n"
    )
    assert services.in_force(answers) is None


@pytest.mark.parametrize("target", ["10%", "0.1", " 10 % "])
def test_the_target_is_a_share(aiops: Aiops, answers: Feature, target: str) -> None:
    measured_run(answers, good())
    made = printed(aiops(*ARGUMENTS, "--target", target, "--json"))
    assert (made["target"], made["threshold"], made["feature"]) == (0.1, 0, "answers")


@pytest.mark.parametrize("target", ["2 percent", "0", "100%", "1.5", "2..5%", ""])
def test_what_is_no_share_is_refused(aiops: Aiops, answers: Feature, target: str) -> None:
    refused = aiops(*ARGUMENTS, "--target", target)
    assert refused.exit_code == 2
    assert "is not a share such as 2% or 0.02" in " ".join(refused.stderr.replace("│", " ").split())


def test_applied_it_is_in_force(aiops: Aiops, answers: Feature) -> None:
    measured_run(answers, good())
    declare_grounding(answers, mode=Mode.ENFORCE, by=SYSTEM)
    told = aiops(*ARGUMENTS, "--apply")
    assert told.stdout.endswith("  Set: answers refuses answers less sure than 0.4001.\n")
    assert services.policy_of(answers).min_confidence == 0.4001


def test_applied_where_answers_are_only_annotated_it_says_that_nothing_is_refused(
    aiops: Aiops, answers: Feature
) -> None:
    measured_run(answers, good())
    declare_grounding(answers, mode=Mode.ANNOTATE, by=SYSTEM)
    told = aiops(*ARGUMENTS, "--apply")
    assert "Set: answers only annotates, so it refuses nothing yet; once it enforces" in told.stdout


@pytest.mark.parametrize("more", [(), ("--ask",)])
def test_a_suite_that_is_not_there_is_refused_with_those_that_are(
    aiops: Aiops, answers: Feature, more: tuple[str, ...]
) -> None:
    measured_run(answers, good())
    refused = aiops("calibrate", "answers", "--suite", "zzz", *more)
    assert refused.exit_code == 1
    assert "There is no suite 'zzz'. There are: welcome." in refused.stderr


def test_what_is_not_live_is_not_set_without_a_reason(aiops: Aiops, answers: Feature) -> None:
    measured_run(answers, good())
    make_release(make_version("Be kind and brief."))
    refused = aiops(*ARGUMENTS, "--apply")
    assert (refused.exit_code, "calibrated on v1, live is v2" in refused.stderr) == (1, True)
    told = aiops(*ARGUMENTS, "--apply", "--reason", "v2 only changes the greeting")
    assert "Not of what is live: calibrated on v1, live is v2." in told.stdout
    assert services.policy_of(answers).min_confidence == 0.4001


def test_without_a_threshold_the_exit_code_says_so(aiops: Aiops, answers: Feature) -> None:
    measured_run(answers, good(20, 0))
    told = aiops(*ARGUMENTS)
    assert told.exit_code == 1
    assert "it takes 49 at least" in told.stdout
    assert Calibration.objects.get().threshold is None


def test_without_a_run_it_says_how_to_get_one(aiops: Aiops, answers: Feature) -> None:
    make_suite()
    refused = aiops(*ARGUMENTS)
    assert refused.exit_code == 1
    assert "aiops calibrate answers --suite welcome --target 2% --ask" in refused.stderr


def test_an_older_run_can_be_named(aiops: Aiops, answers: Feature) -> None:
    older = measured_run(answers, good())
    run_of(older.head, answers, good(100, 0))
    made = printed(aiops(*ARGUMENTS, "--run", str(older.pk), "--json"))
    assert Decimal(str(made["threshold"])) == Decimal("0.4001")


def test_support_may_not(aiops: Aiops, as_role: As, answers: Feature) -> None:
    measured_run(answers, good())
    as_role(Role.SUPPORT)
    assert aiops(*ARGUMENTS).exit_code == 1
    assert not Calibration.objects.exists()
