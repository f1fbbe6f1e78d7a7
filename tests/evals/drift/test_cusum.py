"""What is usual is learnt from thirty runs; what leaves it is told, once, until somebody has looked."""

import random

import pytest

from evals.drift.cusum import CALIBRATION, H, watch

CALM = [0.90, 0.92, 0.88, 0.91, 0.89] * 6
USUAL = 0.90


def floor(mean: float) -> float:
    return 0.01


def noisy(seed: int, mean: float, runs: int, deviation: float = 0.02) -> list[float]:
    generator = random.Random(seed)  # noqa: S311  # simulated runs, no secret
    return [generator.gauss(mean, deviation) for _ in range(runs)]


def is_told(values: list[float]) -> bool:
    return watch(values, floor=floor).alarm_at is not None


def test_until_the_baseline_stands_nothing_is_watched() -> None:
    watched = watch(CALM[:-1], floor=floor)
    assert (watched.baseline, watched.alarm_at) == (None, None)


def test_a_calm_signal_stays_calm() -> None:
    watched = watch([*CALM, *CALM], floor=floor)
    assert watched.baseline is not None
    assert watched.baseline.mean == pytest.approx(USUAL)
    assert watched.alarm_at is None


@pytest.mark.parametrize(("by", "direction"), [(-0.1, "down"), (0.1, "up")])
def test_a_large_shift_is_told_at_once(by: float, direction: str) -> None:
    watched = watch([*CALM, USUAL + by], floor=floor)
    assert (watched.alarm_at, watched.direction) == (CALIBRATION, direction)


def test_a_small_shift_that_stays_is_told_in_time() -> None:
    watched = watch([*CALM, *([USUAL - 0.03] * 7)], floor=floor)
    assert watched.alarm_at == CALIBRATION + 4


def test_what_was_closed_comes_back_only_when_it_goes_on() -> None:
    drifted = [*CALM, *([USUAL - 0.03] * 6)]
    closed = len(drifted)
    assert watch(drifted, floor=floor, anew_from=closed).alarm_at is None
    assert watch([*drifted, *CALM], floor=floor, anew_from=closed).alarm_at is None
    goes_on = watch([*drifted, *([USUAL - 0.03] * 6)], floor=floor, anew_from=closed)
    assert goes_on.alarm_at == closed + 4


def test_what_was_closed_within_the_calibration_changes_nothing() -> None:
    values = [*CALM, USUAL - 0.1]
    assert watch(values, floor=floor, anew_from=3) == watch(values, floor=floor)


def test_the_sums_are_told_run_by_run() -> None:
    watched = watch([*CALM, USUAL - 0.1, USUAL], floor=floor)
    assert watched.sums[:CALIBRATION] == (None,) * CALIBRATION
    first = watched.sums[CALIBRATION]
    assert first is not None
    assert first.down > H
    assert first.up == 0


def test_how_numbers_are_rounded_is_no_drift() -> None:
    values = [0.1 + 0.2, 0.3] * 15
    assert watch([*values, *([0.3 * (1 + 1e-12)] * 30)], floor=lambda mean: 0.0).alarm_at is None


def test_of_a_hundred_calm_months_of_four_signals_at_most_five_bring_an_alarm() -> None:
    months = ([noisy(4 * seed + signal, USUAL, CALIBRATION + 30) for signal in range(4)] for seed in range(1000))
    alarms = sum(any(is_told(signal) for signal in month) for month in months)
    assert alarms <= 50


def test_of_a_thousand_real_drops_nearly_all_are_told_in_three_runs() -> None:
    drops = (noisy(seed, USUAL, CALIBRATION) + noisy(seed + 5000, USUAL - 0.1, 3) for seed in range(1000))
    assert sum(map(is_told, drops)) >= 990


def test_of_a_thousand_small_drops_most_are_told_in_seven_runs() -> None:
    drops = (noisy(seed, USUAL, CALIBRATION) + noisy(seed + 5000, USUAL - 0.05, 7) for seed in range(1000))
    assert sum(map(is_told, drops)) >= 850
