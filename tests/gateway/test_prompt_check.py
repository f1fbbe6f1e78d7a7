"""`aiops prompts check --ask` asks a model about contradictions, as any application asks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.cli.conftest import run
from tests.gateway.world import Customer, World
from tests.prompts.texts import prompt_text, write

TEXTS = {
    "prompts/a.prompt.yaml": prompt_text(name="a", content="Always apologise first.\nBe kind.\nNever apologise."),
    "prompts/b.prompt.yaml": prompt_text(name="b", content="Be brief."),
}
WORDS = "“Always apologise first.” may contradict “Never apologise.” in prompts/a.prompt.yaml:7: No answer can do both."

type Check = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(write(tmp_path, TEXTS))
    monkeypatch.setenv("AIOPS_HOME", str(tmp_path / "nothing"))
    return tmp_path


@pytest.fixture
def check(folder: Path, world: World, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> Check:
    monkeypatch.setenv("AIOPS_GATEWAY_URL", f"{world.gateway.url}/v1")
    monkeypatch.setenv("AIOPS_KEY", customer.key)
    return lambda *more: run("prompts", "check", "--ask", "--ask-feature", "answers", "--ask-model", "mini", *more)


def test_a_contradiction_is_a_note_that_fails_nothing(check: Check) -> None:
    result = check("--strict")
    assert result.exit_code == 0
    assert f"prompts/a.prompt.yaml:5:7: note: {WORDS}" in result.stdout
    assert "Asked about 2 prompts: 1 hint;" in result.stderr
    assert "tokens, $0.0" in result.stderr


def test_programs_are_told_the_hints_and_what_they_cost(check: Check) -> None:
    report = json.loads(check("--json").stdout)
    assert [(each["rule"], each["level"]) for each in report["problems"]] == [("prompt/contradiction", "note")]
    assert report["asked"] | {"input_tokens": 0, "output_tokens": 0, "cost_usd": ""} == {
        "prompts": 2, "hints": 1, "dropped": 0, "unasked": [],
        "input_tokens": 0, "output_tokens": 0, "cost_usd": "", "unpriced": 0,
    }  # fmt: skip
    assert float(report["asked"]["cost_usd"]) > 0


@pytest.mark.parametrize(
    ("format_", "mark"), [("github", "::notice "), ("gitlab", '"severity": "info"'), ("sarif", '"level": "note"')]
)
def test_hints_are_in_every_format(check: Check, format_: str, mark: str) -> None:
    said = check("--format", format_).stdout
    assert mark in said
    assert "prompt/contradiction" in said


def test_hints_can_be_left_out(check: Check) -> None:
    assert "note" not in check("--ignore", "contradiction").stdout


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("fabricated_quote", "0 hints, 1 left out whose quotes stand nowhere"),
        ("unreadable_answer", "Could not ask about a, b: the model was asked, and its answer is not JSON."),
        ("422", "Could not ask about a, b: the gateway refused it ("),
    ],
)
def test_what_a_model_makes_up_is_never_taken_for_an_answer(check: Check, world: World, fault: str, said: str) -> None:
    world.fail("sim-mini", fault)
    result = check()
    assert said in " ".join(sorted(result.stderr.splitlines()))
    assert (result.exit_code, "note:" in result.stdout) == (0, False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--ask-feature", "nobodys"], "(unknown_feature)"),
        (["--ask-model", "nobodys"], "(model_not_found)"),
    ],
)
def test_a_refusal_is_told_in_the_gateways_words(check: Check, options: list[str], said: str) -> None:
    result = check(*options)
    assert (result.exit_code, "Could not ask about" in result.stderr, said in result.stderr) == (0, True, True)


def test_a_stopped_feature_is_told(check: Check, world: World, customer: Customer) -> None:
    stop = world.stop(customer.tenant)
    world.catch_up()
    said = check().stderr
    world.lift(stop)
    assert "Could not ask about" in said
    assert "Asked about 0 prompts" in said


def test_a_wrong_key_is_told(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_KEY", "aiops_production_nobodys")
    assert "(invalid_api_key)" in check().stderr


def test_a_gateway_that_is_not_there_is_told(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_GATEWAY_URL", "http://127.0.0.1:9/v1")
    result = check("--json")
    assert [each["reason"] for each in json.loads(result.stdout)["asked"]["unasked"]] == [
        "the gateway could not be reached",
        "the gateway could not be reached",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [({"AIOPS_KEY": "x"}, "AIOPS_GATEWAY_URL"), ({"AIOPS_GATEWAY_URL": "http://127.0.0.1:9"}, "AIOPS_KEY")],
)
def test_without_an_address_or_a_key_nobody_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], said: str
) -> None:
    for name in ("AIOPS_KEY", "AIOPS_GATEWAY_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    result = run("prompts", "check", "--ask")
    assert (result.exit_code, f"set {said}" in result.stderr) == (1, True)
