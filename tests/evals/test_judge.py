"""What a run that has asked everything says, whatever came."""

from datetime import UTC, datetime
from typing import Any, NoReturn
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from evals import drift, services
from evals.gate import looks
from evals.models import Result, Run
from tests.evals.pages.factories import Told, answer, begin, compare, finish, same

REFUND = Told("refund", "Your parcel is back.", "Your parcel is back.", must_pass=True)
FIRST = [REFUND, *map(same, range(60))]
pytestmark = pytest.mark.usefixtures("operator")


def alone(head_passes: tuple[bool | None, ...]) -> Run:
    told = [Told("refund", "", "", head_passes=head_passes, must_pass=True), *FIRST[1:]]
    return compare(told, alone=True)


def said(run: Run) -> list[str]:
    return list(run.report["gate"]["sentences"])


@pytest.mark.parametrize("passes", [(None, None, None), (True, None, True), (False, None, False)])
def test_a_first_release_of_which_a_must_pass_case_was_not_measured_is_not_green(passes: tuple[bool | None]) -> None:
    run = alone(passes)
    lost = passes.count(None)
    assert run.verdict == "could not measure"
    assert said(run) == [f"{lost} of 183 answers could not be measured, some of them of must-pass case refund."]


@pytest.mark.parametrize(
    ("passes", "verdict", "sentence"),
    [
        ((True, True, True), "pass", "100.0% of the answers pass, and every must-pass case does."),
        ((True, False, True), "blocked", "Must-pass case refund fails."),
    ],
)
def test_a_first_release_needs_every_must_pass_case(passes: tuple[bool], verdict: str, sentence: str) -> None:
    run = alone(passes)
    assert (run.verdict, said(run)) == (verdict, [sentence])


def test_asking_again_after_the_first_look_is_no_second_look() -> None:
    once = Told("refund", "Yes, a parcel.", "A parcel.", head_passes=(False, True, True, True, True), must_pass=True)
    run = compare([once, *map(same, range(120))])
    assert Result.objects.of(run).filter(repeat__gte=100).exists()
    assert (run.look, run.report["gate"]["look"]) == (3, 1)


def test_a_second_look_is_one() -> None:
    wavering = [Told(f"w-{number}", "a", "b", head_passes=(True, False)) for number in range(3)]
    run = compare([*wavering, *map(same, range(10))])
    assert (run.look, run.report["gate"]["look"]) == (2, 2)


@pytest.mark.parametrize(
    ("limit", "verdict", "sentence"),
    [
        ({"max_latency_increase": 0.2}, "blocked", "Latency rose by 21.1%; it may by 20.0%."),
        ({"max_latency_increase": 0.3}, "pass", ""),
        ({"max_token_increase": 0.3}, "blocked", "Tokens a call rose by 33.0%; it may by 30.0%."),
        ({"max_token_increase": 0.4}, "pass", ""),
    ],
)
def test_time_and_tokens_have_limits_too(limit: dict[str, Any], verdict: str, sentence: str) -> None:
    run = compare(**limit)
    assert (run.verdict, sentence in [*said(run), ""]) == (verdict, True)


@pytest.mark.parametrize(
    ("limit", "column", "noun"),
    [("max_latency_increase", "latency_ms", "Latency"), ("max_token_increase", "input_tokens", "Tokens a call")],
)
def test_what_nobody_counted_keeps_no_limit(limit: str, column: str, noun: str) -> None:
    run = begin(FIRST, **{limit: 0.9})
    answer(run, FIRST)
    Result.objects.of(run).filter(arm="head", case="same-1", repeat=0).update(**{column: None})
    judged = services.judge(run, at=datetime.now(UTC))
    assert judged is not None
    assert judged.verdict == "could not measure"
    assert said(judged)[-1] == f"{noun} could not be compared; it may rise by 90.0%."


def unable(*args: object, **kwargs: object) -> NoReturn:
    raise ValueError("no such \0 thing")


def test_a_run_that_cannot_be_judged_ends_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(looks, "judge", unable)
    run = compare(FIRST)
    assert (run.state, run.verdict) == (Run.State.FINISHED, "could not measure")
    assert said(run) == ["It could not be judged: ValueError: no such \ufffd thing"]
    assert f"run.not_judged run={run.pk}" in caplog.text
    assert "Traceback" in caplog.text


def test_a_canary_that_cannot_be_looked_at_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift, "look", unable)
    run = begin(FIRST, alone=True)
    Run.objects.filter(pk=run.pk).update(kind=Run.Kind.CANARY)
    assert finish(run, FIRST).verdict == "could not measure"


def test_a_database_that_is_away_leaves_it_to_be_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = begin(FIRST)
    answer(run, FIRST)
    monkeypatch.setattr(looks, "judge", Mock(side_effect=OperationalError("gone")))
    with pytest.raises(OperationalError):
        services.judge(run, at=datetime.now(UTC))
    run.refresh_from_db()
    assert run.state == Run.State.RUNNING


@pytest.mark.parametrize("alpha", [0.0001, 0.5])
def test_every_alpha_of_a_suite_leads_to_a_verdict(alpha: float) -> None:
    assert compare(alpha=alpha).verdict == "pass"
