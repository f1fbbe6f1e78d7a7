import pytest

from evals.gate.looks import judge, judge_once
from evals.gate.tally import Tally
from evals.gate.verdict import Outcome, Verdict
from tests.evals.gate.factories import suite, tally


def outcome(tallies: list[Tally], unmeasured: int) -> Outcome:
    found = judge(tallies, look=1, unmeasured=unmeasured)
    assert isinstance(found, Verdict)
    return found.verdict


# 98 cases asked three times in each arm are 588 answers.
@pytest.mark.parametrize(("unmeasured", "expected"), [(12, Outcome.PASSED), (13, Outcome.COULD_NOT_MEASURE)])
def test_up_to_two_in_a_hundred_answers_may_be_missing(unmeasured: int, expected: Outcome) -> None:
    assert outcome(suite(98), unmeasured) is expected


def test_a_drop_is_not_called_a_drop_when_too_little_was_measured() -> None:
    assert outcome(suite(100, broken=30), unmeasured=50) is Outcome.COULD_NOT_MEASURE


def test_answers_whose_counterpart_is_missing_count_as_missing() -> None:
    lone = [tally(f"lone-{number}", head=(0, 0)) for number in range(4)]
    assert outcome([*suite(99), *lone], unmeasured=12) is Outcome.COULD_NOT_MEASURE
    assert outcome(suite(99), unmeasured=12) is Outcome.PASSED


def test_nothing_is_compared_and_nothing_claimed() -> None:
    found = judge_once(suite(10), unmeasured=60)
    assert (found.difference, found.interval, found.p, found.detectable) == (None, None, None, None)
    assert found.sentences[0] == "60 of 120 answers could not be measured; at most 2% may be missing."


def test_no_cases_at_all_are_nothing_to_compare() -> None:
    found = judge_once([])
    assert found.verdict is Outcome.COULD_NOT_MEASURE
    assert found.sentences[0] == "Nothing to compare: no case has an answer."
    assert found.as_json()["interval"] is None


def test_a_must_pass_case_that_head_never_answered_is_no_pass() -> None:
    found = judge_once([tally("refund", head=(0, 0), must_pass=True), *suite(500)])
    assert found.verdict is Outcome.COULD_NOT_MEASURE
    assert found.must_pass == ("refund",)
    assert found.sentences[0].startswith("Must-pass case refund cannot be compared")


def test_cases_left_out_of_the_difference_are_named() -> None:
    found = judge_once([tally("lost", head=(0, 0)), *suite(100)], unmeasured=3, new=[tally("fresh", base=(0, 0))])
    assert found.verdict is Outcome.PASSED
    assert found.cases == 100
    assert "6 of 606 answers could not be measured and count nowhere." in found.sentences
    assert "Not compared, for want of answers: lost. A missing case is not a passing case." in found.sentences
    assert "Only in head, and not compared: fresh." in found.sentences


def test_of_many_cases_the_first_five_are_named() -> None:
    found = judge_once(suite(100), new=[tally(f"new-{number}", base=(0, 0)) for number in range(1200)])
    assert found.sentences[-1].endswith("new-0, new-1, new-2, new-3, new-4 and 1,195 more.")
