import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import Result

from aiops.cli.ci.markdown import markdown
from aiops.cli.ci.report import Judged, Report
from aiops.cli.evals import watching
from evals.models import Result as Answer
from evals.models import Run, Suite, SuiteVersion
from prompts.models import Prompt, PromptVersion
from tests.cli.conftest import Aiops, run
from tests.cli.test_evals import GATE
from tests.cli.test_prompts_released import FILES, PROMPT, SUITE
from tests.prompts.factories import make_release, make_version
from tests.prompts.texts import write

OTHER = {
    "prompts/other.prompt.yaml": PROMPT.replace("name: answer", "name: other"),
    "evals/other.yaml": SUITE.replace("answer", "other"),
}
SHORTER = {"prompts/parts/a.md": "Be short.\n"}
ESCAPES = "\x1b\x9b\u202e"
type End = Callable[[str], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a prompt and its suite, on a branch beside `main`."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch=main")
    commit(write(tmp_path, FILES | {".gitignore": "aiops-ci/\n"}))
    git("switch", "--quiet", "--create", "change")
    return tmp_path


@pytest.fixture
def end(monkeypatch: pytest.MonkeyPatch) -> End:
    """Runs end so as soon as the command waits for them: of `other` blocked, of the rest with this verdict."""

    def ending(verdict: str) -> None:
        def finish(_: float) -> None:
            ended = {"state": "finished", "report": {"gate": GATE}, "ended_at": datetime.now(UTC)}
            Run.objects.running().filter(prompt__name="other").update(**ended, verdict="blocked")
            Run.objects.running().update(**ended, verdict=verdict)

        monkeypatch.setattr(watching.time, "sleep", finish)

    return ending


def git(*arguments: str) -> str:
    command = ["git", "-c", "user.name=Ann", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> None:
    git("add", ".")
    git("commit", "--quiet", "--message", "Change")


class Files(NamedTuple):
    report: dict[str, Any]
    markdown: str
    junit: str


def written(out: str = "aiops-ci") -> Files:
    folder = Path(out)
    report = json.loads((folder / "report.json").read_text())
    return Files(report, (folder / "report.md").read_text(), (folder / "junit.xml").read_text())


def judged(result: Result, code: int) -> list[tuple[str, str]]:
    """Prompts with their verdicts."""
    assert result.exit_code == code, result.stderr
    return [(each["prompt"], each["verdict"]) for each in written().report["runs"]]


def test_nothing_changed_is_said_and_written_without_a_console(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:1")
    write(folder, {"README.md": "Other things change."})
    result = run("ci", "--base", "main")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "No prompt and no suite changed since main.")
    report, markdown, junit = written()
    assert (report["verdict"], report["runs"], report["exit_code"]) == ("pass", [], 0)
    assert "> [!NOTE]\n> No prompt and no suite changed since main." in markdown
    assert "<testsuites" in junit


@pytest.mark.parametrize(
    ("verdict", "code", "alert"),
    [
        ("pass", 0, "TIP"),
        ("blocked", 1, "CAUTION"),
        ("could not measure", 2, "WARNING"),
        ("inconclusive", 3, "IMPORTANT"),
    ],
)
def test_a_change_through_a_part_is_judged_against_the_base(
    aiops: Aiops, folder: Path, end: End, verdict: str, code: int, alert: str
) -> None:
    end(verdict)
    commit(write(folder, SHORTER))
    result = aiops("ci", "--base", "main")
    assert judged(result, code) == [("answer", verdict)]
    base, head = PromptVersion.objects.order_by("number")
    started = Run.objects.get()
    assert (started.base, started.head, base.commit) == (base, head, git("rev-parse", "main"))
    assert started.commit == git("rev-parse", "HEAD")
    report, markdown, junit = written()
    (told,) = report["runs"]
    assert (told["why"], told["difference"]) == ("changed through parts/a.md", -6.0)
    assert (told["base"], told["head"]) == (base.hash, head.hash)
    assert markdown.startswith(f"<!-- aiops-ci -->\n> [!{alert}]\n> **")
    assert f"(http://127.0.0.1:8700/evals/runs/{started.pk}/)" in markdown
    assert 'tests="1"' in junit
    assert f"answer: answer v2 against v1: {verdict}\n  Head is 6.0 points worse." in result.stdout


def test_what_is_not_committed_yet_counts_and_marks_the_commit(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    write(folder, SHORTER)
    assert judged(aiops("ci", "--base", "main"), 0) == [("answer", "pass")]
    assert written().report["head_commit"] == git("rev-parse", "HEAD") + "-dirty"


def test_what_main_has_done_since_is_not_this_changes_doing(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    git("switch", "--quiet", "main")
    commit(write(folder, {"prompts/parts/a.md": "Be old.\n"}))
    git("switch", "--quiet", "change")
    assert judged(aiops("ci", "--base", "main"), 0) == []
    commit(write(folder, SHORTER))
    assert judged(aiops("ci", "--base", "main"), 0) == [("answer", "pass")]
    assert "Be kind." in PromptVersion.objects.get(number=1).content


def test_only_what_changed_is_pushed_and_run_and_the_gravest_verdict_is_the_whole(
    aiops: Aiops, folder: Path, end: End
) -> None:
    end("pass")
    alone = {"prompts/alone.prompt.yaml": PROMPT.replace("name: answer", "name: alone").replace("a.md", "b.md")}
    git("switch", "--quiet", "main")
    commit(write(folder, OTHER | alone | {"prompts/parts/b.md": "Be calm.\n"}))
    git("switch", "--quiet", "--create", "both")
    commit(write(folder, SHORTER))
    assert judged(aiops("ci", "--base", "main"), 1) == [("answer", "pass"), ("other", "blocked")]
    assert not PromptVersion.objects.filter(prompt__name="alone").exists()


def test_a_new_prompt_is_run_alone(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    commit(write(folder, {"evals/new.yaml": SUITE.replace("answer", "new")}))
    commit(write(folder, {"prompts/new.prompt.yaml": PROMPT.replace("name: answer", "name: new")}))
    assert judged(aiops("ci", "--base", "main"), 0) == [("new", "pass")]
    assert (Run.objects.get().kind, written().report["runs"][0]["why"]) == ("first", "it is new")


def test_a_suite_alone_that_changed_is_run_on_what_is_there(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    commit(write(folder, {"evals/answer.yaml": SUITE.replace("because", "so")}))
    assert judged(aiops("ci", "--base", "main"), 0) == [("answer", "pass")]
    assert (Run.objects.get().kind, SuiteVersion.objects.count()) == ("first", 1)


def test_a_branch_is_judged_by_its_own_suite_and_changes_nothing_that_is_there(
    aiops: Aiops, folder: Path, end: End
) -> None:
    end("pass")
    aiops("prompts", "push")
    before = Suite.objects.get().current
    text = (folder / "evals" / "answer.yaml").read_text()
    (folder / "evals" / "answer.yaml").write_text(text.replace("because", "so"))
    prompt = folder / "prompts" / "answer.prompt.yaml"
    prompt.write_text("description: Of the branch.\n" + prompt.read_text())
    commit(write(folder, SHORTER))
    judged(aiops("ci", "--base", "main"), 0)
    assert Run.objects.get().suite != before
    assert Suite.objects.get().current == before
    assert Prompt.objects.get(name="answer").description == ""
    pushed = aiops("prompts", "push")
    assert pushed.exit_code == 0, pushed.output
    assert Suite.objects.get().current == Run.objects.get().suite
    assert Prompt.objects.get(name="answer").description == "Of the branch."


def test_a_file_that_says_the_same_in_other_words_is_no_change(aiops: Aiops, folder: Path) -> None:
    commented = {"prompts/answer.prompt.yaml": f"# The same.\n{PROMPT}", "evals/answer.yaml": f"# The same.\n{SUITE}"}
    commit(write(folder, commented))
    assert judged(aiops("ci", "--base", "main"), 0) == []


def test_a_prompt_that_was_removed_is_named(aiops: Aiops, folder: Path, end: End) -> None:
    git("switch", "--quiet", "main")
    commit(write(folder, OTHER))
    git("switch", "--quiet", "--create", "without")
    git("rm", "--quiet", "prompts/other.prompt.yaml", "evals/other.yaml")
    assert judged(aiops("ci", "--base", "main"), 0) == []
    assert written().report["removed"] == ["other"]
    assert "> [!NOTE]\n> 1 prompt removed&#58; other. There was nothing to judge." in written().markdown
    assert "Removed: <code>other</code>." in written().markdown
    assert written().report["notes"] == []


def test_a_removed_prompt_that_goes_on_being_served_is_told(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    git("switch", "--quiet", "main")
    commit(write(folder, OTHER))
    git("switch", "--quiet", "--create", "without")
    git("rm", "--quiet", "prompts/other.prompt.yaml", "evals/other.yaml")
    live = make_version("Be other.", name="other")
    make_release(live)
    assert judged(aiops("ci", "--base", "main"), 0) == []
    told = f"other was removed, but production goes on serving its version {live.hash[:10]}."
    assert written().report["notes"] == [told]
    commit(write(folder, SHORTER))
    result = aiops("ci", "--base", "main")
    assert (written().report["notes"], told in result.stdout, told in written().junit) == ([told], True, True)
    assert "Pass: no worse than before. 1 prompt, 1 suite. 1 prompt removed: other." in result.stdout


def test_whether_a_removed_prompt_is_served_need_not_be_known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AIOPS_TOKEN", "t")
    git("rm", "--quiet", "prompts/answer.prompt.yaml")
    write(folder, {"prompts/parts/a.md": "Be kind.\n"})
    assert run("ci", "--base", "main").exit_code == 0
    assert "goes on serving what was removed is not known. No console answers" in written().report["notes"][0]


@pytest.mark.parametrize(
    ("verdict", "code", "said"),
    [
        ("pass", 0, "Pass: good enough, judged alone."),
        ("blocked", 1, "Blocked: not good enough, judged alone."),
    ],
)
@pytest.mark.parametrize(
    ("path", "broken"),
    [
        ("prompts/answer.prompt.yaml", "a: ["),
        ("prompts/parts/a.md", "{% include 'parts/b.md' %}"),
        ("prompts/parts/a.md", "{{ qestion }}"),
    ],
)
def test_a_base_with_errors_is_told_and_head_judged_alone(
    aiops: Aiops, folder: Path, end: End, verdict: str, code: int, said: str, path: str, broken: str
) -> None:
    end(verdict)
    git("switch", "--quiet", "main")
    mended = (folder / path).read_text()
    commit(write(folder, {path: broken}))
    git("switch", "--quiet", "--create", "mended")
    commit(write(folder, {path: mended}))
    result = aiops("ci", "--base", "main")
    assert judged(result, code) == [("answer", verdict)]
    assert written().report["runs"][0]["why"] == "the base has errors in prompts/answer.prompt.yaml"
    (note,) = written().report["notes"]
    assert note.startswith(f"The base has errors: what it broke is judged alone. {path}:1:")
    assert (said in result.stdout, "worse than before" in result.stdout) == (True, False)


def test_a_suite_with_errors_at_the_base_is_told(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    git("switch", "--quiet", "main")
    commit(write(folder, {"evals/answer.yaml": "tests: [}"}))
    git("switch", "--quiet", "--create", "mended")
    commit(write(folder, {"evals/answer.yaml": SUITE}))
    assert judged(aiops("ci", "--base", "main"), 0) == [("answer", "pass")]
    told = "The base has errors: its cases are not compared. evals/answer.yaml:1:9"
    assert written().report["notes"][0].startswith(told)


def test_a_prompt_that_nothing_judges_cannot_be_measured(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    git("rm", "--quiet", "evals/answer.yaml")
    commit(write(folder, SHORTER))
    result = aiops("ci", "--base", "main")
    assert judged(result, 2) == [("answer", "could not measure")]
    assert "No suite judges this prompt" in result.stdout
    assert "<error" in written().junit


def test_that_another_version_is_served_is_told(aiops: Aiops, folder: Path, end: End) -> None:
    end("pass")
    make_release(make_version("Be whatever.", name="answer"), "staging")
    commit(write(folder, SHORTER))
    aiops("ci", "--base", "main")
    assert written().report["notes"] == []
    aiops("ci", "--base", "main", "--environment", "staging")
    assert "not the base of this change" in written().report["notes"][0]
    assert "not the base of this change" in written().markdown


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
