"""What `aiops ci` judges."""

from pathlib import Path

import pytest

from evals.models import Run, Suite, SuiteVersion
from prompts.models import Prompt, PromptVersion
from tests.cli.branch import OTHER, SHORTER, End, commit, end, folder, git, judged, written
from tests.cli.conftest import Aiops, run
from tests.cli.test_prompts_released import PROMPT, SUITE
from tests.prompts.factories import make_release, make_version
from tests.prompts.texts import write

__all__ = ["end", "folder"]


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
