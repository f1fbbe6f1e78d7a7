"""Two versions of a prompt beside each other."""

from dataclasses import replace
from decimal import Decimal

import pytest

from costs.arm_words import sentences
from costs.arms import LEAST, Arm, Difference, Mean, Measure, differences, newcombe

NAMES = ("v3", "v2")


def arm(calls: int, *, failed: int = 0, refused: int = 0, cost: tuple[str, str] = ("0.001", "0.0001")) -> Arm:
    """Costs of mean and deviation."""
    mean, deviation = map(Decimal, cost)
    ok = calls - failed - refused
    squares = deviation**2 * (calls - 1) + mean**2 * calls if calls else Decimal()
    return Arm(
        calls=calls, ok=ok, failed=failed, refused=refused,
        cost=Mean(calls, mean * calls, squares),
        latency=Mean(ok, Decimal(1000 * ok), Decimal(1_000_100 * ok)),
        output_tokens=Mean(ok, Decimal(100 * ok), Decimal(10_100 * ok)),
    )  # fmt: skip


def of(measure: Measure, head: Arm, base: Arm) -> Difference:
    return next(each for each in differences(head, base) if each.measure == measure)


def said(head: Arm, base: Arm) -> tuple[str, ...]:
    return sentences(head, base, differences(head, base), names=NAMES)


@pytest.mark.parametrize(
    ("head", "base", "expected"),
    [
        # Newcombe 1998, table II, method 10.
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ],
)
def test_the_interval_of_two_shares_is_the_published_one(
    head: tuple[int, int], base: tuple[int, int], expected: tuple[float, float]
) -> None:
    assert newcombe(head, base) == pytest.approx(expected, abs=0.0001)


def test_the_interval_of_two_means_is_welchs() -> None:
    found = of(Measure.COST, arm(100, cost=("3", "1")), arm(400, cost=("2", "2")))
    assert (found.head, found.base) == (3, 2)
    reach = 1.959964 * (1 / 100 + 4 / 400) ** 0.5
    assert (float(found.low or 0), float(found.high or 0)) == pytest.approx((1 - reach, 1 + reach), abs=1e-6)


def test_with_too_few_calls_nothing_is_measured_and_nothing_is_0() -> None:
    found = differences(arm(LEAST - 1), arm(5000))
    assert {(each.head, each.base, each.low, each.high, each.is_seen) for each in found} == {(None,) * 4 + (False,)}
    assert said(arm(12), arm(5000)) == (
        "Could not measure yet: 12 calls of v3 and 5,000 of v2; each takes 30.",
    )  # fmt: skip


def test_without_any_call_it_says_so() -> None:
    assert said(Arm(), Arm()) == ("Could not measure yet: 0 calls of v3 and 0 of v2; each takes 30.",)


def test_more_failures_are_told_with_how_sure_that_is() -> None:
    assert said(arm(1000, failed=41), arm(10_000, failed=120))[0] == (
        "v3 fails more often: 4.1% against 1.2% (between 1.8 and 4.3 points more)."
    )


def test_fewer_refusals_are_told_as_such() -> None:
    assert said(arm(1000, refused=10), arm(1000, refused=60))[0].startswith(
        "v3 is refused less often: 1.0% against 6.0% (between 3."
    )


def test_what_costs_more_is_told_in_money() -> None:
    assert said(arm(1000, cost=("0.002", "0.0001")), arm(1000))[0] == (
        "v3 costs more a call: $0.0020 against $0.0010 (between $0.00099 and $0.0010 more)."
    )


def test_what_takes_no_tenth_of_a_second_is_told_in_milliseconds() -> None:
    quick = replace(arm(1000), latency=Mean(1000, Decimal(7000), Decimal(49_900)))
    slow = replace(arm(1000), latency=Mean(1000, Decimal(9000), Decimal(81_900)))
    assert said(quick, slow)[0] == "v3 answers faster: 7 ms against 9 ms (between 2 and 2 ms less)."


def test_no_difference_says_of_how_many_calls() -> None:
    assert said(arm(300, failed=1), arm(3000, failed=10)) == (
        "No difference seen; so far 1 of 300 calls of v3 failed, 0 were refused.",
    )  # fmt: skip


def test_what_alone_could_not_be_measured_is_named() -> None:
    unpriced = Arm(calls=100, ok=100, unpriced=100)
    assert said(unpriced, unpriced)[-1] == "Could not measure yet: cost, latency, length of answers."


def test_calls_that_were_stopped_or_over_budget_count_for_no_share() -> None:
    stopped = Arm(calls=500, ok=40, failed=10, stopped=400, other=50)
    assert stopped.judged == 50
    assert of(Measure.FAILED, stopped, arm(1000)).head == Decimal("0.2")
