import pytest

from evals.gate.looks import judge, judge_once
from evals.gate.rules import Rules
from evals.gate.tally import Tally
from evals.gate.verdict import LookAgain, Outcome, Verdict
from tests.evals.gate.factories import suite

SAME = suite(100)
BROKEN = suite(100, broken=10)
# Twenty cases asked three times rule out a drop of 6.4 points, and no smaller one.
UNSURE = suite(20)


def verdict(tallies: list[Tally], look: int = 2, rules: Rules | None = None) -> Verdict:
    found = judge(tallies, look=look, rules=rules or Rules())
    assert isinstance(found, Verdict)
    return found


@pytest.mark.parametrize("look", [1, 2])
def test_equal_arms_pass_at_either_look(look: int) -> None:
    assert verdict(SAME, look).verdict is Outcome.PASSED


@pytest.mark.parametrize("look", [1, 2])
def test_a_clear_drop_is_blocked_at_either_look(look: int) -> None:
    assert verdict(BROKEN, look).verdict is Outcome.BLOCKED


def test_the_first_look_asks_for_five_repeats_when_it_cannot_tell() -> None:
    assert judge(UNSURE, look=1) == LookAgain(repeats=5)


def test_the_second_look_leaves_it_to_a_person() -> None:
    assert verdict(UNSURE, look=2).verdict is Outcome.INCONCLUSIVE


def test_a_drop_within_the_margin_passes_though_it_is_no_chance() -> None:
    found = verdict(suite(1000, broken=10))
    assert found.p is not None
    assert found.p < 0.001
    assert found.verdict is Outcome.PASSED


@pytest.mark.parametrize(("margin", "expected"), [(4, Outcome.BLOCKED), (8, Outcome.PASSED)])
def test_the_margin_says_which_drop_nobody_minds(margin: float, expected: Outcome) -> None:
    assert verdict(suite(100, broken=5, runs=5), rules=Rules(margin=margin)).verdict is expected


def test_each_look_spends_its_part_of_alpha() -> None:
    assert [Rules().alpha_at(look) for look in (1, 2)] == [0.03, 0.02]
    assert [Rules(alpha=0.1).alpha_at(look) for look in (1, 2)] == [0.06, 0.04]


# Chance breaks one case of three repeats once in 20.
@pytest.mark.parametrize(("alpha", "expected"), [(0.049, Outcome.INCONCLUSIVE), (0.051, Outcome.BLOCKED)])
def test_two_files_get_one_look_at_the_whole_alpha(alpha: float, expected: Outcome) -> None:
    assert judge_once(suite(10, broken=1), rules=Rules(alpha=alpha)).verdict is expected


def test_two_files_say_that_they_were_not_made_at_the_same_time() -> None:
    found = judge_once(SAME)
    assert not found.concurrent
    assert "not asked at the same time" in found.sentences[-1]
    assert verdict(SAME).concurrent


@pytest.mark.parametrize(
    ("tallies", "words"),
    [
        (SAME, "Head passes as often as base (95% between −1.3 and 1.3); a drop of 5 points is ruled out."),
        (
            BROKEN,
            "Head is 10.0 points worse (95% between −11.3 and −8.7);"
            " chance alone brings that less than once in 10,000.",
        ),
        (
            suite(100, better=1),
            "Head is 1.0 point better (95% between −0.3 and 2.3); a drop of 5 points is ruled out.",
        ),
    ],
    ids=["same", "worse", "better"],
)
def test_the_first_sentence_is_the_verdict(tallies: list[Tally], words: str) -> None:
    assert verdict(tallies, look=1).sentences[0] == words


def test_it_says_what_the_suite_can_see() -> None:
    found = verdict(SAME, look=1)
    assert found.detectable == 2
    assert found.sentences[1] == "100 cases, 3 repeats: a drop of 2 points or more is caught 9 times in 10."


def test_a_drop_that_is_nothing_when_rounded_has_no_sign() -> None:
    assert verdict(suite(10_000, broken=1)).sentences[0].startswith("Head passes as often as base")


def test_it_is_written_as_json_for_programs() -> None:
    assert judge_once(suite(2), rules=Rules(margin=100)).as_json() == {
        "verdict": "pass",
        "difference": 0.0,
        "interval": [pytest.approx(-64.02, abs=0.01), pytest.approx(64.02, abs=0.01)],
        "p": 1.0,
        "cases": 2,
        "detectable": 100,
        "concurrent": False,
        "look": 1,
        "must_pass": [],
        "sentences": [
            "Head passes as often as base (95% between −64.0 and 64.0); a drop of 100 points is ruled out.",
            "2 cases, 3 repeats: a drop of 100 points or more is caught 9 times in 10.",
            "Base and head were not asked at the same time: a change of the provider in between looks the same.",
        ],
    }


@pytest.mark.parametrize("margin", [0, -1, 101, float("nan")])
def test_a_margin_that_cannot_be_is_refused(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        Rules(margin=margin)


@pytest.mark.parametrize("alpha", [0, 0.51, -0.1, float("nan")])
def test_an_alpha_that_cannot_be_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        Rules(alpha=alpha)


def test_more_passes_than_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and the runs"):
        Tally("one", 4, 3, 0, 3)
