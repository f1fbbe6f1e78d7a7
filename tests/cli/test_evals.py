import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aiops.cli.evals import watching
from evals.models import Result as Answer
from evals.models import Run
from evals.services import push_suite
from evals.suites import reading
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tests.cli.conftest import Aiops, printed, run
from tests.cli.test_prompts_released import FILES
from tests.prompts.factories import make_version
from tests.prompts.texts import write

GATE = {
    "sentences": ["Head is 6.0 points worse.", "A case says \x1b[31mred."],
    "difference": -6.0,
    "interval": [-9.0, -3.0],
    "p": 0.001,
    "cases": 1,
    "detectable": 5,
    "concurrent": True,
}
type End = Callable[[str], None]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, FILES)


@pytest.fixture
def versions(aiops: Aiops, files: Path) -> tuple[str, str]:
    """Two of one prompt, the older first; its suite is pushed."""
    push_suite(reading.read(files / "evals" / "answer.yaml"), by=SYSTEM, at=datetime.now(UTC))
    return make_version("Be kind.", name="answer").hash, make_version("Be short.", name="answer").hash


@pytest.fixture
def end(monkeypatch: pytest.MonkeyPatch) -> End:
    """Runs end so as soon as the command waits for them."""

    def ending(verdict: str) -> None:
        ended = {"state": "finished", "verdict": verdict, "report": {"gate": GATE | {"verdict": verdict}}}
        monkeypatch.setattr(
            watching.time, "sleep", lambda _: Run.objects.running().update(**ended, ended_at=datetime.now(UTC))
        )

    return ending


def start(aiops: Aiops, versions: tuple[str, str], *options: str) -> dict[str, Any]:
    base, head = versions
    order = ("evals", "run", "evals/answer.yaml", "--base", base, "--head", head, "--no-wait", "--json")
    return printed(aiops(*order, *options))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("verdict", "code"), [("pass", 0), ("blocked", 1), ("could not measure", 2), ("inconclusive", 3)]
)
def test_a_run_of_a_file_ends_with_the_verdict_in_words_and_in_its_exit_code(
    aiops: Aiops, versions: tuple[str, str], end: End, verdict: str, code: int
) -> None:
    end(verdict)
    result = aiops("evals", "run", "evals/answer.yaml", "--base", "v1", "--head", "v2")
    assert result.exit_code == code, result.stderr
    first, second, third, link = result.stdout.splitlines()
    assert first == f"answer: answer v2 against v1: {verdict}"
    assert (second, third) == ("  Head is 6.0 points worse.", "  A case says \\x1b[31mred.")
    assert link.strip() == f"http://127.0.0.1:8700/evals/runs/{Run.objects.get().pk}/"


def test_a_run_without_a_base_asks_head_alone(aiops: Aiops, versions: tuple[str, str], end: End) -> None:
    end("pass")
    told = printed(aiops("evals", "run", "evals/answer.yaml", "--head", versions[1], "--json"))
    assert (told["kind"], told["base"], told["head"], told["verdict"]) == ("first", None, versions[1], "pass")


def test_a_run_that_nobody_waits_for_tells_how_to_look_at_it(aiops: Aiops, versions: tuple[str, str]) -> None:
    aiops("evals", "run", "evals/answer.yaml", "--head", "v1", "--no-wait")
    result = aiops("evals", "run", "answer", "--head", "v2", "--at-once", "7", "--no-wait")
    newest = Run.objects.newest_first()[0]
    assert (result.exit_code, newest.at_once) == (0, 7)
    assert f"aiops evals show {newest.pk}" in result.stdout


def test_ctrl_c_has_the_console_ask_nothing_more(
    aiops: Aiops, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    start(aiops, versions)
    monkeypatch.setattr(watching.time, "sleep", interrupt)
    result = aiops("evals", "run", "answer", "--head", "v2", "--base", "v1")
    assert (result.exit_code, Run.objects.newest_first()[0].state) == (130, "cancelled")


def test_a_run_that_does_not_end_in_time_was_not_measured(
    aiops: Aiops, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching.time, "monotonic", iter(range(0, 10_000, 100)).__next__)
    monkeypatch.setattr(watching.time, "sleep", lambda _: None)
    result = aiops("evals", "run", "evals/answer.yaml", "--head", "v2", "--timeout", "150")
    assert (result.exit_code, "did not end within 150 s" in result.stderr) == (2, True)
    assert Run.objects.get().state == "cancelled"


def test_a_run_that_is_late_but_goes_on_is_not_said_to_have_no_worker(
    aiops: Aiops, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_on(_: float) -> None:
        Answer.objects.filter(repeat=0).update(done_at=datetime.now(UTC), passed=True)

    monkeypatch.setattr(watching.time, "monotonic", iter(range(0, 10_000, 100)).__next__)
    monkeypatch.setattr(watching.time, "sleep", go_on)
    result = aiops("evals", "run", "evals/answer.yaml", "--head", "v2", "--timeout", "150")
    assert "aiops: The run did not end within 150 s. 1 of 3 calls are done." in result.stderr
    assert "Is a worker running?" not in result.stderr


def test_ctrl_c_is_a_document_for_programs(
    aiops: Aiops, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    start(aiops, versions)
    monkeypatch.setattr(watching.time, "sleep", interrupt)
    result = aiops("evals", "run", "answer", "--head", "v2", "--base", "v1", "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (130, "interrupted")


def test_a_run_that_could_not_be_measured_says_why(
    aiops: Aiops, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish(_: float) -> None:
        Answer.objects.update(done_at=datetime.now(UTC), error="503")
        Answer.objects.filter(repeat=0).update(error="late\x1b[31m")
        ended = {"state": "finished", "verdict": "could not measure", "ended_at": datetime.now(UTC)}
        Run.objects.running().update(**ended)

    monkeypatch.setattr(watching.time, "sleep", finish)
    result = aiops("evals", "run", "evals/answer.yaml", "--head", "v2")
    assert result.exit_code == 2
    told = ["  Not measured, 2 answers: 503", "  Not measured, 1 answer: late\\x1b[31m"]
    assert result.stdout.splitlines()[-3:-1] == told


@pytest.mark.parametrize("command", ["show", "cancel", "results"])
def test_what_is_no_run_is_told_in_words_of_runs(aiops: Aiops, command: str) -> None:
    result = aiops("evals", command, "nope")
    told = "aiops: There is no run 'nope'. `aiops evals list` shows them.\n"
    assert (result.exit_code, result.stderr) == (1, told)
    refused = aiops("evals", command, "nope", "--json")
    assert json.loads(refused.stdout)["error"]["code"] == "not_found"


def test_a_run_that_somebody_else_cancels_was_not_measured(
    aiops: Aiops, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled = {"state": "cancelled", "ended_at": datetime.now(UTC)}
    monkeypatch.setattr(watching.time, "sleep", lambda _: Run.objects.running().update(**cancelled))
    result = aiops("evals", "run", "evals/answer.yaml", "--head", "v2")
    assert (result.exit_code, "It was cancelled after 0 of 3 calls." in result.stdout) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("answr", "--head", "v1"), "There is no suite 'answr'"),
        (("answer", "--head", "v9"), "answer@v9: there is no such version."),
        (("answer", "--head", "v1", "--base", "v1"), "would be compared with itself"),
        (("evals/gone.yaml", "--head", "v1"), "there is no file evals/gone.yaml"),
        (("answer",), "Missing option '--head'"),
        (("answer", "--head", "v1", "--at-once", "0"), "Invalid value for '--at-once'"),
        (("answer", "--head", "v1", "--nope"), "No such option"),
    ],
)
def test_wrong_usage_has_a_code_of_its_own(
    aiops: Aiops, versions: tuple[str, str], arguments: tuple[str, ...], said: str
) -> None:
    start(aiops, versions)
    result = aiops("evals", "run", *arguments, terminal_width=200)
    assert (result.exit_code, said in result.stderr) == (4, True), result.stderr


def test_without_a_console_nothing_is_measured(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AIOPS_TOKEN", "t")
    result = run("evals", "run", "answer", "--head", "v1", "--json")
    assert (result.exit_code, json.loads(result.stdout)["error"]["code"]) == (2, "no_console")


def test_a_file_is_asked_as_it_is_and_releases_are_judged_as_before(
    aiops: Aiops, versions: tuple[str, str], files: Path
) -> None:
    before = start(aiops, versions)["suite_version"]
    text = (files / "evals" / "answer.yaml").read_text()
    (files / "evals" / "answer.yaml").write_text(text.replace("because", "so"))
    changed = start(aiops, versions)["suite_version"]
    assert changed != before
    (files / "evals" / "answer.yaml").write_text(text)
    assert start(aiops, versions)["suite_version"] == before
    by_name = printed(aiops("evals", "run", "answer", "--head", "v1", "--no-wait", "--json"))
    assert by_name["suite_version"] == before


def test_runs_are_listed_shown_and_cancelled(aiops: Aiops, versions: tuple[str, str]) -> None:
    started = start(aiops, versions)
    assert [each["id"] for each in printed(aiops("evals", "list", "--suite", "answer", "--json"))] == [started["id"]]
    assert aiops("evals", "list", "--prompt", "other").stdout == "No run fits.\n"
    assert "v1" in aiops("evals", "list").stdout
    assert "0 of 6 calls are done" in aiops("evals", "show", started["id"]).stdout
    assert aiops("evals", "cancel", started["id"]).stdout == "Cancelled after 0 of 6 calls.\n"
    assert printed(aiops("evals", "show", started["id"], "--json"))["state"] == "cancelled"


def answer(run_id: str, arm: str, repeat: int, *, passed: bool | None) -> None:
    check = {"type": "contains", "verdict": "pass" if passed else "fail", "reason": "it lacks <b>\x1b[1m"}
    done = {"done_at": datetime.now(UTC), "passed": passed, "checks": [check], "output": "\x9b2J no"}
    error = {"passed": None, "checks": [], "output": "", "error": "503"} if passed is None else {}
    unit = {"run_id": run_id, "arm": arm, "case": "one", "repeat": repeat}
    assert Answer.objects.filter(**unit).update(**done | error)


def test_results_of_an_arm_are_what_verdict_reads(aiops: Aiops, versions: tuple[str, str], files: Path) -> None:
    started = start(aiops, versions)["id"]
    answer(started, "base", 0, passed=True)
    answer(started, "base", 1, passed=True)
    answer(started, "head", 0, passed=False)
    answer(started, "head", 1, passed=None)
    document = printed(aiops("evals", "results", started, "--json"))
    assert (document["aiops_results"], document["suite"], document["arm"]) == (1, "answer", "answer v2")
    failed, lost = document["results"]
    assert (failed["passed"], failed["reason"]) == (False, "contains: it lacks <b>\\x1b[1m")
    assert (lost["passed"], lost["reason"]) == (None, "503")
    (files / "head.json").write_text(json.dumps(document))
    (files / "base.json").write_text(aiops("evals", "results", started, "--arm", "base", "--json").stdout)
    assert run("evals", "verdict", "--base", "base.json", "--head", "head.json").exit_code == 2
    assert "0 of 1  contains: it lacks" in " ".join(aiops("evals", "results", started).stdout.split("  "))


def test_results_say_which_cases_must_pass(aiops: Aiops, versions: tuple[str, str], files: Path) -> None:
    suite = files / "evals" / "answer.yaml"
    suite.write_text(suite.read_text().replace("id: one", "id: one, must_pass: true"))
    started = start(aiops, versions)["id"]
    answer(started, "head", 0, passed=True)
    (row,) = printed(aiops("evals", "results", started, "--json"))["results"]
    assert row["must_pass"] is True


def test_a_fault_of_our_own_is_no_verdict(
    aiops: Aiops, versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching.time, "sleep", lambda _: PromptVersion.objects.get(number=99))
    assert aiops("evals", "run", "evals/answer.yaml", "--head", "v1").exit_code == 2


@pytest.mark.parametrize("command", ["run", "list", "show", "cancel", "results", "verdict"])
def test_help_is_there(command: str) -> None:
    assert run("evals", command, "--help").exit_code == 0
