"""Files on a branch against what environments serve; orphans of a repository."""

from pathlib import Path

import pytest

from prompts.models import Prompt, PromptVersion
from tests.cli.branch import commit, folder, git
from tests.cli.conftest import Aiops, printed
from tests.cli.test_prompts_released import TO_PRODUCTION, WHY, state
from tests.prompts.factories import make_bundle, make_release, make_version
from tests.prompts.texts import prompt_text, write

__all__ = ["folder"]
PART = Path("prompts/parts/a.md")
GONE = {"prompts/gone.prompt.yaml": prompt_text(name="gone", content="Bye.")}


@pytest.fixture(autouse=True)
def branch(folder: Path) -> None:
    """Every test begins on a branch beside `main`."""


def push(aiops: Aiops) -> str:
    return str(printed(aiops("prompts", "push", "--json"))[0]["version"])


def change(text: str) -> None:
    PART.write_text(text)
    git("commit", "--quiet", "--all", "--message", text)


def release(aiops: Aiops, version: str) -> None:
    result = aiops("prompts", "release", "answer", "--version", version, *TO_PRODUCTION, *WHY)
    assert result.exit_code == 0, result.stderr


def test_files_are_ahead_of_what_an_earlier_commit_pushed_and_behind_what_a_later_one_did(aiops: Aiops) -> None:
    release(aiops, push(aiops))
    change("Be short.\n")
    assert state(aiops) == {"answer": "ahead"}
    release(aiops, push(aiops))
    assert state(aiops) == {"answer": "live"}
    git("switch", "--quiet", "main")
    assert state(aiops) == {"answer": "behind"}


def test_what_was_taken_back_in_git_is_ahead_although_its_version_is_older(aiops: Aiops) -> None:
    push(aiops)
    change("Be short.\n")
    release(aiops, push(aiops))
    change("Be kind.\n")
    assert state(aiops) == {"answer": "ahead"}


def test_what_another_branch_released_has_drifted(aiops: Aiops) -> None:
    change("Be short.\n")
    release(aiops, push(aiops))
    git("switch", "--quiet", "--create", "other", "main")
    change("Be long.\n")
    assert state(aiops) == {"answer": "drifted"}


def test_what_was_released_from_files_that_were_not_committed_has_drifted(aiops: Aiops) -> None:
    PART.write_text("Be hasty.\n")
    release(aiops, push(aiops))
    assert state(aiops) == {"answer": "live"}
    PART.write_text("Be kind.\n")
    assert state(aiops) == {"answer": "drifted"}


@pytest.mark.parametrize("from_where", ["", "f" * 40, "--output=x"])
def test_a_commit_that_is_not_here_has_drifted(aiops: Aiops, from_where: str) -> None:
    push(aiops)
    bundle = make_bundle("Be foreign.")
    version = PromptVersion.objects.create(
        prompt=Prompt.objects.get(), hash=bundle.hash, number=2, content=bundle.as_json(), commit=from_where,
        pushed_at=PromptVersion.objects.get().pushed_at, pushed_by="x",
    )  # fmt: skip
    make_release(version)
    assert state(aiops) == {"answer": "drifted"}


def test_what_a_squash_brought_here_is_no_drift(aiops: Aiops) -> None:
    change("Be short.\n")
    release(aiops, push(aiops))
    git("switch", "--quiet", "main")
    git("merge", "--quiet", "--squash", "change")
    git("commit", "--quiet", "--message", "Squashed")
    assert state(aiops) == {"answer": "live"}
    change("Be shorter still.\n")
    assert state(aiops) == {"answer": "ahead"}


def test_a_job_fails_on_the_states_that_it_names(aiops: Aiops) -> None:
    release(aiops, push(aiops))
    change("Be short.\n")
    assert aiops("prompts", "status", "--fail-on", "drifted,behind").exit_code == 0
    assert aiops("prompts", "status", "--fail-on", "ahead").exit_code == 1
    assert aiops("prompts", "status", "--json", "--fail-on", "never-pushed, ahead").exit_code == 1


def test_a_state_that_is_not_there_is_refused(aiops: Aiops) -> None:
    result = aiops("prompts", "status", "--fail-on", "drifting", terminal_width=200)
    assert (result.exit_code, "there is no state 'drifting'" in result.stderr) == (2, True)


def test_a_push_of_the_folder_says_what_is_no_longer_in_it(aiops: Aiops, folder: Path) -> None:
    git("remote", "add", "origin", "https://ann:secret@git.example.org/team/support-app.git")
    write(folder, GONE)
    push(aiops)
    assert set(Prompt.objects.values_list("source", flat=True)) == {"support-app:prompts"}
    (folder / "prompts/gone.prompt.yaml").unlink()
    assert aiops("prompts", "push").stderr == "orphaned: gone (live nowhere)\n"
    make_release(PromptVersion.objects.get(prompt__name="gone"))
    assert aiops("prompts", "push", "--json").stderr == "orphaned: gone (live in production)\n"
    assert state(aiops) == {"answer": "ahead", "gone": "orphan"}


@pytest.mark.parametrize(
    "address", ["git@git.example.org:team/support-app.git", "ssh://git@git.example.org/support-app", "../support-app/"]
)
def test_a_repository_is_named_by_the_last_step_of_its_address(aiops: Aiops, address: str) -> None:
    git("remote", "add", "origin", address)
    push(aiops)
    assert Prompt.objects.get().source == "support-app:prompts"


def test_without_an_address_it_is_named_by_its_folder(aiops: Aiops, folder: Path) -> None:
    push(aiops)
    assert Prompt.objects.get().source == f"{folder.name}:prompts"


def test_a_push_of_a_single_file_makes_no_orphan(aiops: Aiops, folder: Path) -> None:
    write(folder, GONE)
    push(aiops)
    assert aiops("prompts", "push", "prompts/answer.prompt.yaml").stderr == ""
    assert not Prompt.objects.filter(orphaned_at__isnull=False).exists()


def test_prompts_of_other_repositories_are_left_out(aiops: Aiops) -> None:
    push(aiops)
    make_release(make_version(name="nobodys"))
    Prompt.objects.create(name="theirs", source="other:prompts")
    assert state(aiops) == {"answer": "ahead"}
    said = aiops("prompts", "status", "--fail-on", "orphan")
    told = "Left out: 1 prompt of other repositories or folders, 1 prompt pushed by no repository.\n"
    assert (said.exit_code, said.stdout.endswith(told)) == (0, True)


def test_a_push_of_files_that_are_not_committed_says_so_once(aiops: Aiops) -> None:
    assert aiops("prompts", "push").stderr == ""
    PART.write_text("Be hasty.\n")
    assert "The files are not committed: what is new is kept as of" in aiops("prompts", "push").stderr
    assert PromptVersion.objects.get(number=2).commit.endswith("-dirty")
    assert aiops("prompts", "push").stderr == ""


def test_what_was_pushed_before_it_was_committed_is_no_drift_once_it_is(aiops: Aiops) -> None:
    PART.write_text("Be hasty.\n")
    release(aiops, push(aiops))
    git("commit", "--quiet", "--all", "--message", "Hasty")
    assert state(aiops) == {"answer": "live"}
    git("switch", "--quiet", "main")
    assert state(aiops) == {"answer": "behind"}
    git("merge", "--quiet", "change")
    change("Be kind.\n")
    assert state(aiops) == {"answer": "ahead"}


def test_versions_are_listed_with_their_commits_and_where_they_are_live(aiops: Aiops) -> None:
    first = push(aiops)
    change("Be short.\n")
    release(aiops, push(aiops))
    newest, oldest = printed(aiops("prompts", "versions", "answer", "--json"))
    assert (newest["label"], newest["message"], newest["live_in"]) == ("v2", "Be short.", ["production"])
    assert (oldest["hash"], oldest["live_in"]) == (first, [])
    said = aiops("prompts", "versions", "answer", "--limit", "1").stdout
    assert (newest["commit"][:10] in said, "production" in said, "v1 " in said) == (True, True, False)
    assert said.endswith("There are older ones: --limit 5.\n")
    assert f"v2 {newest['hash'][:10]}" in aiops("prompts", "status").stdout


def test_a_version_that_is_not_there_says_where_they_are_listed(aiops: Aiops) -> None:
    push(aiops)
    said = aiops("prompts", "release", "answer", "--version", "v9", *TO_PRODUCTION, *WHY).stderr
    assert "answer@v9: there is no such version. `aiops prompts versions answer` lists them." in said
    assert "There is no prompt 'anser'. Did you mean answer?" in aiops("prompts", "versions", "anser").stderr


def test_what_a_branch_changes_is_told_without_a_console(aiops: Aiops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_URL", "http://127.0.0.1:9")
    change("Be short.\n")
    write(Path(), GONE)
    commit(Path())
    answer, gone = printed(aiops("prompts", "diff", "--base", "main", "--json"))
    assert (answer["name"], answer["base"], answer["head"], answer["added"], answer["removed"]) == (
        "answer", "main", "files", 1, 1,
    )  # fmt: skip
    assert (gone["name"], gone["base"], gone["removed"]) == ("gone", "new", 0)
    assert gone["added"] > 0


def test_a_branch_that_changes_nothing_says_so(aiops: Aiops) -> None:
    result = aiops("prompts", "diff", "--base", "main", "--exit-code")
    assert (result.exit_code, result.stdout) == (0, "No prompt differs.\n")


def test_a_prompt_that_the_branch_removes_is_told(aiops: Aiops) -> None:
    Path("prompts/answer.prompt.yaml").unlink()
    result = aiops("prompts", "diff", "--base", "main", "--stat", "--exit-code")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "answer: main → removed"


def test_a_base_that_git_does_not_know_is_told(aiops: Aiops) -> None:
    result = aiops("prompts", "diff", "--base", "nowhere")
    assert (result.exit_code, "git knows no commit 'nowhere'" in result.stderr) == (1, True)
