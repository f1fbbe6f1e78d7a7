from decimal import Decimal

import pytest

from evals.gate.limits import Limits, Sums, breaches, limited
from evals.gate.looks import judge_once
from evals.gate.verdict import Outcome, Verdict
from tests.evals.gate.factories import suite, tally

BASE = Sums(calls=300, cost_usd=Decimal("3.00"), latency_seconds=Decimal(600), tokens=90_000)
DEARER = Sums(calls=300, cost_usd=Decimal("3.93"), latency_seconds=Decimal(900), tokens=135_000)
FIFTH = Limits(Decimal("0.2"), Decimal("0.2"), Decimal("0.2"))
UNKNOWN = Sums(calls=300, cost_usd=None, latency_seconds=Decimal(600), tokens=90_000)
PASSED = judge_once(suite(100))
BLOCKED = judge_once(suite(100, broken=20))
UNMEASURED = judge_once([])
INCONCLUSIVE = judge_once([tally()])


def test_each_limit_has_its_own_line() -> None:
    assert [breach.sentence for breach in breaches(BASE, DEARER, FIFTH)] == [
        "Cost a call rose by 31.0%; it may by 20.0%.",
        "Latency rose by 50.0%; it may by 20.0%.",
        "Tokens a call rose by 50.0%; it may by 20.0%.",
    ]


def test_what_keeps_to_the_limit_is_no_breach() -> None:
    exactly = Sums(calls=300, cost_usd=Decimal("3.60"), latency_seconds=Decimal(720), tokens=108_000)
    assert breaches(BASE, exactly, FIFTH) == ()


def test_without_limits_nothing_is_a_breach() -> None:
    assert breaches(BASE, DEARER, Limits()) == ()


def test_arms_are_compared_a_call() -> None:
    half = Sums(calls=150, cost_usd=Decimal("1.50"), latency_seconds=Decimal(300), tokens=45_000)
    assert breaches(BASE, half, FIFTH) == ()


def test_a_rise_from_nothing_is_a_breach() -> None:
    free = Sums(calls=300, cost_usd=Decimal(0), latency_seconds=Decimal(600), tokens=90_000)
    (breach,) = breaches(free, BASE, FIFTH)
    assert breach.limit == "max_cost_increase"
    assert breach.increase == Decimal("Infinity")


def test_an_unknown_cost_is_not_nothing() -> None:
    (breach,) = breaches(BASE, UNKNOWN, FIFTH)
    assert breach.increase is None
    assert breach.sentence == "Cost a call could not be compared; it may rise by 20.0%."


@pytest.mark.parametrize(
    ("verdict", "head", "expected"),
    [
        (PASSED, BASE, Outcome.PASSED),
        (PASSED, DEARER, Outcome.BLOCKED),
        (PASSED, UNKNOWN, Outcome.COULD_NOT_MEASURE),
        (INCONCLUSIVE, DEARER, Outcome.BLOCKED),
        (BLOCKED, UNKNOWN, Outcome.BLOCKED),
        (UNMEASURED, DEARER, Outcome.COULD_NOT_MEASURE),
    ],
)
def test_no_pass_outlasts_a_breach(verdict: Verdict, head: Sums, expected: Outcome) -> None:
    assert limited(verdict, breaches(BASE, head, FIFTH)).verdict is expected


def test_the_breach_is_said_after_the_verdict() -> None:
    found = limited(PASSED, breaches(BASE, DEARER, FIFTH))
    assert found.sentences[:-3] == PASSED.sentences
