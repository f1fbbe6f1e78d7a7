import pytest

from evals.gate.looks import judge, judge_once
from evals.gate.tally import Tally
from evals.gate.verdict import AskAgain, LookAgain, Outcome, Verdict
from tests.evals.gate.factories import suite, tally

OTHERS = suite(200)
FAILED_ONCE = [tally("refund", base=(3, 3), head=(2, 3), must_pass=True), *OTHERS]
UNSURE = [FAILED_ONCE[0], *suite(10)]


def after(base: tuple[int, int], head: tuple[int, int], tallies: list[Tally] = FAILED_ONCE) -> Verdict:
    found = judge(tallies, look=1, asked_again={"refund": tally("refund", base=base, head=head)})
    assert isinstance(found, Verdict)
    return found


def test_a_must_pass_case_that_head_failed_once_is_asked_five_times_more() -> None:
    assert judge(FAILED_ONCE, look=1) == AskAgain(("refund",), 5)


@pytest.mark.parametrize(
    "not_suspect",
    [
        tally("refund", base=(2, 3), head=(0, 3), must_pass=True),
        tally("refund", base=(3, 3), head=(3, 3), must_pass=True),
        tally("refund", base=(3, 3), head=(0, 3), must_pass=False),
    ],
    ids=["base failed it too", "head passes it", "it may fail"],
)
def test_other_cases_are_not_asked_again(not_suspect: Tally) -> None:
    found = judge([not_suspect, *OTHERS], look=1)
    assert isinstance(found, Verdict)
    assert found.verdict is Outcome.PASSED


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ((5, 5), (2, 5), Outcome.BLOCKED),
        ((4, 5), (2, 5), Outcome.BLOCKED),
        ((4, 5), (0, 5), Outcome.BLOCKED),
        ((5, 5), (3, 5), Outcome.PASSED),
        ((3, 5), (2, 5), Outcome.PASSED),
        ((3, 5), (0, 5), Outcome.PASSED),
    ],
)
def test_it_blocks_when_head_passes_two_of_five_at_most_and_base_four_at_least(
    base: tuple[int, int], head: tuple[int, int], expected: Outcome
) -> None:
    assert after(base, head).verdict is expected


def test_the_blocking_case_is_named_first() -> None:
    found = after((5, 5), (1, 5))
    assert found.must_pass == ("refund",)
    assert found.sentences[0] == "Must-pass case refund is broken: head passed 1 of 5, base 5 of 5."


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ((4, 4), (0, 3), Outcome.BLOCKED),
        ((5, 5), (1, 3), Outcome.COULD_NOT_MEASURE),
        ((3, 3), (0, 5), Outcome.COULD_NOT_MEASURE),
        ((0, 0), (3, 3), Outcome.PASSED),
        ((1, 3), (0, 0), Outcome.PASSED),
        ((0, 0), (0, 0), Outcome.COULD_NOT_MEASURE),
    ],
)
def test_answers_that_could_not_be_measured_decide_nothing(
    base: tuple[int, int], head: tuple[int, int], expected: Outcome
) -> None:
    assert after(base, head).verdict is expected


def test_what_was_asked_again_does_not_count_in_the_difference() -> None:
    assert after((5, 5), (0, 5)).difference == after((5, 5), (5, 5)).difference


def test_a_blocked_run_asks_nothing_more() -> None:
    found = judge(suite(100, broken=10, must_pass=10), look=1)
    assert isinstance(found, Verdict)
    assert found.verdict is Outcome.BLOCKED


def test_a_second_look_comes_before_asking_again() -> None:
    assert judge(UNSURE, look=1) == LookAgain(repeats=5)
    assert judge(UNSURE, look=2) == AskAgain(("refund",), 5)


def test_an_inconclusive_run_is_blocked_by_a_broken_must_pass_case() -> None:
    found = judge(UNSURE, look=2, asked_again={"refund": tally("refund", base=(5, 5), head=(0, 5))})
    assert isinstance(found, Verdict)
    assert found.verdict is Outcome.BLOCKED


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        ((3, 3), (0, 3), Outcome.BLOCKED),
        ((3, 3), (1, 3), Outcome.INCONCLUSIVE),
        ((1, 1), (0, 1), Outcome.INCONCLUSIVE),
        ((3, 3), (3, 3), Outcome.PASSED),
    ],
)
def test_in_two_files_only_a_case_that_head_never_passed_blocks(
    base: tuple[int, int], head: tuple[int, int], expected: Outcome
) -> None:
    assert judge_once([tally("refund", base=base, head=head, must_pass=True), *OTHERS]).verdict is expected


def test_a_must_pass_case_that_may_be_broken_is_named() -> None:
    found = judge_once(FAILED_ONCE)
    assert found.sentences[0] == "Must-pass case refund may be broken: head passed 2 of 3, base 3 of 3."


@pytest.mark.parametrize(
    ("head", "must_pass", "expected"),
    [
        ((0, 3), True, Outcome.INCONCLUSIVE),
        ((2, 3), True, Outcome.INCONCLUSIVE),
        ((0, 0), True, Outcome.INCONCLUSIVE),
        ((3, 3), True, Outcome.PASSED),
        ((0, 3), False, Outcome.PASSED),
    ],
)
def test_a_new_must_pass_case_that_does_not_pass_is_left_to_a_person(
    head: tuple[int, int], must_pass: bool, expected: Outcome
) -> None:
    new = [tally("refund", base=(0, 0), head=head, must_pass=must_pass)]
    assert judge_once(OTHERS, new=new).verdict is expected


def test_a_new_must_pass_case_that_fails_is_named_first_and_unblocks_nothing() -> None:
    new = [tally("refund", base=(0, 0), head=(0, 3), must_pass=True)]
    found, blocked = judge_once(OTHERS, new=new), judge_once(suite(100, broken=20), new=new)
    said = "Must-pass case refund is only in head, and passed 0 of 3."
    assert (found.must_pass, found.sentences[0]) == (("refund",), said)
    assert (blocked.verdict, blocked.sentences[-1]) == (Outcome.BLOCKED, said)
