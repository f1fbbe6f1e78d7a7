"""What `aiops ci` cannot judge, and that its files say so all the same."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aiops.cli.ci.markdown import markdown
from aiops.cli.ci.report import Judged, Report
from aiops.cli.evals import watching
from evals.models import Result as Answer
from evals.models import Run
from prompts.models import PromptVersion
from tests.cli.branch import ESCAPES, SHORTER, End, commit, end, folder, git, judged, written
from tests.cli.conftest import Aiops, run
from tests.cli.test_evals import GATE
from tests.cli.test_prompts_released import FILES, PROMPT, SUITE
from tests.prompts.texts import write

__all__ = ["end", "folder"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"prompts/b.prompt.yaml": "a: ["}, "prompts/b.prompt.yaml:1:5: error:"),
        ({"prompts/parts/a.md": "{{ qestion }}"}, "prompts/parts/a.md:1:4: error: there is no variable 'qestion'"),
        ({"prompts/parts/a.md": "{% include 'parts/b.md' %}"}, "there is no file 'parts/b.md'"),
        ({"evals/b.yaml": "tests: [}"}, "evals/b.yaml:1:9:"),
        ({"evals/b.yaml": SUITE + SUITE.splitlines()[4]}, "the case one is there twice; the first is at"),
    ],
)
def test_files_with_errors_are_wrong_usage_told_with_their_places_and_written(
    aiops: Aiops, folder: Path, files: dict[str, str], said: str
) -> None:
    write(folder, files)
    result = aiops("ci", "--base", "main")
    assert (result.exit_code, said in result.stderr) == (4, True), result.stderr
    assert not PromptVersion.objects.exists()
    report, markdown, junit = written()
    assert any(said in problem for problem in report["problems"])
    assert ("[!WARNING]" in markdown, "<error" in junit, report["exit_code"]) == (True, True, 4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--base", "nowhere"), "git knows no commit 'nowhere'. Is it fetched?"),
        (("--base", "--help; rm"), "git knows no commit '--help; rm'."),
        ((), "Missing option '--base'"),
        (("--base", "main", "--prompts", "gone"), "does not exist"),
        (("--base", "main", "--nope"), "No such option"),
    ],
)
def test_wrong_usage_is_told(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("ci", *arguments, terminal_width=200)
    assert (result.exit_code, said in result.stderr) == (4, True), result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--prompts", "none"), "--prompts: none does not exist"),
        (("--evals", "nope"), "--evals: nope does not exist"),
        (("--prompts", "evals"), "There is no *.prompt.yaml in evals, and the base has none there."),
        (("--base", "nowhere"), "git knows no commit 'nowhere'"),
    ],
)
def test_wrong_usage_is_in_the_files_too(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run("ci", "--base", "main", *arguments)
    report, markdown, junit = written()
    assert (result.exit_code, report["exit_code"], said in report["problems"][0]) == (4, 4, True)
    assert ("> [!WARNING]" in markdown, "<error" in junit) == (True, True)


def test_from_another_folder_the_files_say_that_there_are_no_prompts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "docs").mkdir()
    monkeypatch.chdir(folder / "docs")
    assert run("ci", "--base", "main").exit_code == 4
    assert "--prompts: prompts does not exist in docs." in written().report["problems"][0]


def test_a_suite_that_is_nowhere_is_told_with_the_file_that_names_it(aiops: Aiops, folder: Path) -> None:
    named = PROMPT.replace("name: answer", "name: answer\nsuites: [nope-suite]")
    commit(write(folder, SHORTER | {"prompts/answer.prompt.yaml": named}))
    assert aiops("ci", "--base", "main").exit_code == 4
    told = (
        "prompts/answer.prompt.yaml: suites: there is no suite 'nope-suite', neither in the files nor on the console."
    )
    assert (written().report["problems"], Run.objects.exists()) == ([told], False)


def test_a_branch_without_a_common_past_is_told(folder: Path) -> None:
    git("switch", "--quiet", "--orphan", "elsewhere")
    commit(write(folder, FILES))
    result = run("ci", "--base", "main")
    assert (result.exit_code, "have no commit in common here" in result.stderr) == (4, True)


def test_outside_of_git_there_is_nothing_to_compare_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(write(tmp_path, FILES))
    result = run("ci", "--base", "main")
    assert (result.exit_code, "not a git repository" in result.stderr) == (4, True)


def test_prompts_outside_of_the_repository_are_wrong_usage(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    result = run("ci", "--base", "main", "--prompts", str(write(tmp_path_factory.mktemp("outside"), FILES) / "prompts"))
    assert (result.exit_code, "is outside the repository" in result.stderr) == (4, True)


def test_without_a_console_it_could_not_measure_and_says_so_in_the_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AIOPS_TOKEN", "t")
    write(folder, SHORTER)
    result = run("ci", "--base", "main", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (2, written().report)
    assert result.stderr.count("No console answers at http://127.0.0.1:1/api/v1/.") == 1
    assert [text.count("No console answers at") for text in written()[1:]] == [1, 2]
    assert "No console answers at http://127.0.0.1:1/api/v1/." in written().report["problems"][0]


def test_the_address_in_the_files_is_without_its_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_URL", "http://ann:geheim@127.0.0.1:1")
    monkeypatch.setenv("AIOPS_TOKEN", "verborgen")
    write(folder, SHORTER)
    result = run("ci", "--base", "main")
    told = result.output + json.dumps(written().report) + written().markdown + written().junit
    assert (result.exit_code, "http://127.0.0.1:1/api/v1/" in told) == (2, True)
    assert [secret for secret in ("geheim", "verborgen") if secret in told] == []


def test_a_token_that_is_not_accepted_is_in_the_files(
    aiops: Aiops, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIOPS_TOKEN", "wrong")
    write(folder, SHORTER)
    assert aiops("ci", "--base", "main").exit_code == 2
    assert "did not accept the token" in written().report["problems"][0]
    assert ["did not accept the token" in text for text in written()[1:]] == [True, True]


def test_what_the_console_refuses_is_in_the_files(aiops: Aiops, folder: Path) -> None:
    write(folder, {"prompts/answer.prompt.yaml": PROMPT.replace("name: answer", "name: answer\nfeature: nowhere")})
    commit(write(folder, SHORTER))
    assert aiops("ci", "--base", "main").exit_code == 4
    assert "no feature" in written().report["problems"][0]


def test_ctrl_c_cancels_the_runs_and_is_written(aiops: Aiops, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses = iter(["the gateways follow"])

    def interrupt(_: float) -> None:
        if next(pauses, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching.time, "sleep", interrupt)
    write(folder, SHORTER)
    assert aiops("ci", "--base", "main").exit_code == 130
    broken_off = Run.objects.get()
    report, markdown, junit = written()
    assert (broken_off.state, report["problems"]) == ("cancelled", ["It was interrupted."])
    (told,) = report["runs"]
    assert (told["run"], told["state"], told["verdict"]) == (str(broken_off.pk), "cancelled", "could not measure")
    url = f"http://127.0.0.1:8700/evals/runs/{broken_off.pk}/"
    assert (told["url"], url in markdown, url in junit) == (url, True, True)


def test_what_does_not_end_in_time_is_listed(aiops: Aiops, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching.time, "monotonic", iter(range(0, 100_000, 1_000)).__next__)
    monkeypatch.setattr(watching.time, "sleep", lambda _: None)
    write(folder, SHORTER)
    assert aiops("ci", "--base", "main", "--timeout", "1500").exit_code == 2
    assert written().report["problems"] == ["The run did not end within 1,500 s. Is a worker running?"]
    assert [each["state"] for each in written().report["runs"]] == ["cancelled"]


def test_a_link_in_the_base_that_leads_out_is_not_followed(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    git("switch", "--quiet", "main")
    (folder / "prompts" / "parts" / "out.md").symlink_to("/etc/hostname")
    commit(folder)
    git("switch", "--quiet", "--create", "linked")
    commit(write(folder, SHORTER))
    assert judged(aiops("ci", "--base", "main"), 0) == [("answer", "pass")]


def test_what_an_answer_says_is_text_in_every_file(aiops: Aiops, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nasty = f"<script>alert(1)</script> {ESCAPES} @everyone ]]> | ``` \uffff"

    def finish(_: float) -> None:
        check = {"type": "contains", "verdict": "fail", "reason": nasty}
        done = {"done_at": datetime.now(UTC), "passed": False, "checks": [check], "output": nasty}
        Answer.objects.filter(arm="head").update(**done)
        Answer.objects.filter(arm="base").update(**done | {"passed": True})
        ended = {"state": "finished", "verdict": "blocked", "ended_at": datetime.now(UTC)}
        Run.objects.running().update(**ended, report={"gate": {**GATE, "sentences": [nasty]}})

    monkeypatch.setattr(watching.time, "sleep", finish)
    write(folder, SHORTER)
    result = aiops("ci", "--base", "main")
    report, markdown, junit = written()
    texts = result.stdout + markdown + junit + Path("aiops-ci/report.json").read_text()
    assert (result.exit_code, [sign for sign in ESCAPES if sign in texts]) == (1, [])
    assert ("<script" in markdown + junit, "@everyone" in markdown.replace("<pre>", "")) == (False, True)
    assert "<code>one</code> head 0 of 3, base 3 of 3: contains&#58; &#60;script&#62;" in markdown
    assert "<pre>&lt;script&gt;alert(1)&lt;/script&gt;" in markdown
    assert report["runs"][0]["worse"][0]["case"] == "one"
    assert 'message="head 0 of 3, base 3 of 3 passed"' in junit
    assert ('failures="2"' in junit, "\uffff" in junit) == (True, False)


def test_what_a_suite_asks_for_and_nobody_runs_is_told(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    script = SUITE.replace("{type: contains, value: because}", "{type: javascript, value: 'true'}")
    commit(write(folder, {"evals/answer.yaml": f"{script}prompts: [a.txt]\n"}))
    aiops("ci", "--base", "main")
    unknown, unsupported = written().report["notes"]
    assert unknown == "suite answer: not read: prompts."
    assert "1 case with javascript cannot be judged: it runs JavaScript" in unsupported


def test_a_comment_never_grows_beyond_what_a_pull_request_takes() -> None:
    many = Judged("answer", "answer", "changed", "blocked", ("x" * 900,))
    text = markdown(Report("main", "production", judged=(many,) * 100))
    assert len(text) < 65_536


def test_help_is_there() -> None:
    assert run("ci", "--help").exit_code == 0
