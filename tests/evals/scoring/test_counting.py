"""Verdict and score of a test: promptfoo's rules, and where ours differ."""

import pytest

from evals.scoring.checks import Graded, Output
from evals.suites.model import Assertion
from tests.evals.scoring.asking import graded, verdict


def yes(weight: float = 1.0, metric: str = "") -> Assertion:
    return Assertion("contains", "yes", weight=weight, metric=metric)


def no(weight: float = 1.0, metric: str = "") -> Assertion:
    return Assertion("contains", "no", weight=weight, metric=metric)


def set_of(*parts: Assertion, threshold: float | None = None, weight: float = 1.0, metric: str = "") -> Assertion:
    return Assertion("assert-set", parts=parts, threshold=threshold, weight=weight, metric=metric)


def outcome(*checks: Assertion, threshold: float | None = None) -> tuple[bool | None, float | None]:
    found = graded("yes", *checks, threshold=threshold)
    return found.passed, found.score


def test_all_must_hold_and_the_score_is_their_weighted_mean() -> None:
    assert outcome(yes(), yes()) == (True, 1.0)
    assert outcome(yes(3), no(1)) == (False, 0.75)


@pytest.mark.parametrize(
    ("threshold", "passed"), [(0.75, True), (0.76, False), (0.0, True), (1.5, False), (None, False)]
)
def test_a_threshold_alone_decides(threshold: float | None, passed: bool) -> None:
    assert outcome(yes(3), no(1), threshold=threshold) == (passed, 0.75)


def test_a_threshold_is_compared_without_leeway() -> None:
    assert outcome(yes(0.1), yes(0.6), no(0.3), threshold=0.7)[0] is True
    assert outcome(yes(), yes(), no(), threshold=0.6666666666666666)[0] is True


@pytest.mark.parametrize("threshold", [None, 0.5, 1.5])
def test_nothing_asked_passes_whatever_the_threshold(threshold: float | None) -> None:
    assert outcome(threshold=threshold) == (True, 1.0)
    assert outcome(set_of(threshold=threshold)) == (True, 1.0)


def test_an_empty_answer_is_an_answer() -> None:
    assert graded("").passed is True
    assert verdict("", "not-contains", "no") == "pass"


def test_weight_0_is_told_as_passed_and_counts_nowhere() -> None:
    found = graded("yes", yes(), no(0))
    assert (found.passed, found.score) == (True, 1.0)
    assert (found.checks[1].verdict, found.checks[1].score) == ("pass", 0.0)


def test_only_weight_0_passes_with_score_0_and_fails_a_threshold() -> None:
    assert outcome(no(0)) == (True, 0.0)
    assert outcome(no(0), threshold=0.1) == (False, 0.0)


def test_a_set_of_weight_0_that_fails_fails_the_test_without_touching_the_score() -> None:
    assert outcome(yes(), set_of(no(), weight=0)) == (False, 1.0)


def test_negative_weights_are_taken_as_they_are() -> None:
    assert outcome(yes(2), no(-1)) == (False, 2.0)


@pytest.mark.parametrize(("threshold", "passed"), [(None, False), (0.5, True), (0.6, False)])
def test_a_set_gives_its_partial_score_and_passes_by_its_threshold(threshold: float | None, passed: bool) -> None:
    assert outcome(set_of(yes(), no(), threshold=threshold)) == (passed, 0.5)


def test_a_set_is_told_in_its_place_followed_by_its_parts() -> None:
    found = graded("yes", yes(), set_of(yes(), no(), threshold=0.5), no())
    assert [(each.type, each.in_set) for each in found.checks] == [
        ("contains", False),
        ("assert-set", False),
        ("contains", True),
        ("contains", True),
        ("contains", False),
    ]


def test_a_metric_is_the_weighted_mean_of_its_checks() -> None:
    assert graded("yes", yes(3, "tone"), no(1, "tone"), no(1)).metrics == {"tone": 0.75}
    assert graded("yes", yes(0, "tone")).metrics == {"tone": 0.0}


def test_a_set_gives_its_score_to_its_metric_and_its_weight_to_those_of_its_parts() -> None:
    inner = set_of(yes(1, "tone"), no(1, "tone"), threshold=0.5, weight=4, metric="whole")
    assert graded("yes", inner).metrics == {"whole": 0.5, "tone": 0.5}
    assert graded("yes", set_of(yes(1, "tone"), weight=4), no(2, "tone")).metrics == {"tone": pytest.approx(4 / 6)}


def test_metric_names_are_templates() -> None:
    assert graded("yes", yes(metric="in {{language}}"), vars={"language": "de"}).metrics == {"in de": 1.0}


@pytest.mark.parametrize(
    "unscored",
    [
        Assertion("sings", "x"),
        Assertion("contains", ""),
        Assertion("latency"),
        Assertion("javascript", "true", unsupported="it runs JavaScript, which never happens here."),
        set_of(yes(), Assertion("sings")),
    ],
)
def test_a_check_that_cannot_be_told_leaves_the_whole_untold(unscored: Assertion) -> None:
    found = graded("yes", yes(), no(), unscored)
    assert (found.passed, found.score) == (None, None)
    assert (found.checks[2].verdict, found.checks[2].score) == ("unscored", None)
    assert found.checks[2].reason


def test_a_check_that_cannot_be_told_and_weighs_nothing_does_no_harm() -> None:
    found = graded("yes", yes(), Assertion("javascript", "1", weight=0, unsupported="it runs JavaScript."))
    assert (found.passed, found.score, found.checks[1].verdict) == (True, 1.0, "unscored")


def test_a_call_that_failed_is_not_judged() -> None:
    found = graded(Output(error="HTTP 429"), Assertion("not-contains", "no"))
    assert found == Graded(None, None, found.checks)
    assert found.checks[0].reason == "the call failed: HTTP 429"


def test_a_case_of_which_a_variable_comes_from_a_script_is_not_judged() -> None:
    assert graded("yes", yes(), unsupported="its variable x comes from x.py, which never runs.").passed is None
