import subprocess
from pathlib import Path

import pytest

from evals.models import SuiteVersion
from prompts.models import PromptVersion, Release
from tenants.models import Feature, Revision, Role, Tenant
from tests.cli.conftest import Aiops, As, printed, run
from tests.factories import make_tenant
from tests.prompts.factories import make_release, make_version
from tests.prompts.texts import prompt_text, write

PROMPT = prompt_text("variables: {question: {type: string}}", content='{% include "parts/a.md" %}\n{{ question }}')
SUITE = """
suite: answer
prompt: answer
tests:
  - {id: one, vars: {question: Why?}, assert: [{type: contains, value: because}]}
"""
FILES = {"prompts/answer.prompt.yaml": PROMPT, "prompts/parts/a.md": "Be kind.\n", "evals/answer.yaml": SUITE}
TO_PRODUCTION = ("--environment", "production")
WHY = ("--override", "It is only a test of the command.")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, FILES)


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=Ann", "-c", "user.email=a@example.org", *arguments], check=True)


def state(aiops: Aiops) -> dict[str, str]:
    return {row["name"]: row["state"] for row in printed(aiops("prompts", "status", "--json"))}


def push(aiops: Aiops, part: str) -> str:
    Path("prompts/parts/a.md").write_text(part)
    return str(printed(aiops("prompts", "push", "--json"))[0]["version"])


def test_what_is_pushed_is_listed_with_its_version_and_whether_it_is_new(aiops: Aiops) -> None:
    (first,) = printed(aiops("prompts", "push", "--json"))
    version = PromptVersion.objects.get()
    assert first == {"name": "answer", "version": version.hash, "created": True}
    assert printed(aiops("prompts", "push", "--json")) == [first | {"created": False}]


def test_suites_beside_the_prompts_are_pushed_with_them(aiops: Aiops) -> None:
    said = aiops("prompts", "push").stdout
    assert SuiteVersion.objects.get().suite.prompt == PromptVersion.objects.get().prompt
    assert "+ prompt answer v1" in said
    assert said.endswith("1 cases\n2 new, 0 there already.\n")


def test_suites_may_lie_elsewhere(aiops: Aiops, folder: Path) -> None:
    write(folder, {"other/x.yaml": SUITE.replace("suite: answer", "suite: other")})
    aiops("prompts", "push", "--suites", "other")
    assert SuiteVersion.objects.get().suite.name == "other"


def test_a_suite_that_judges_a_prompt_that_is_nowhere_is_told(aiops: Aiops, folder: Path) -> None:
    write(folder, {"evals/lost.yaml": SUITE.replace("answer", "lost")})
    told = "suite lost: its prompt lost is neither in these files nor on the console: it judges nothing.\n"
    assert aiops("prompts", "push").stderr == told
    make_version(name="lost")
    assert aiops("prompts", "push").stderr == ""


def test_a_version_knows_its_commit_author_and_message(aiops: Aiops) -> None:
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "First")
    aiops("prompts", "push")
    version = PromptVersion.objects.get()
    assert (len(version.commit), version.author, version.message) == (40, "Ann", "First")
    push(aiops, "Be short.\n")
    assert PromptVersion.objects.get(number=2).commit == f"{version.commit}-dirty"


def test_without_git_nothing_is_said_of_it(aiops: Aiops) -> None:
    aiops("prompts", "push")
    version = PromptVersion.objects.get()
    assert (version.commit, version.author, version.message) == ("", "", "")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"prompts/b.prompt.yaml": "a: ["}, "prompts/b.prompt.yaml:1:5: error:"),
        ({"prompts/parts/a.md": "{% include 'parts/b.md' %}"}, "prompts/parts/a.md:1:"),
        ({"evals/b.yaml": "tests: [}"}, "evals/b.yaml:1:9:"),
        ({"evals/b.yaml": "tests: [{vars: 1}]"}, "evals/b.yaml:1: tests[0].vars"),
        ({"evals/b.yaml": SUITE}, "the suite answer is there twice; see evals/answer.yaml."),
    ],
)
def test_nothing_is_pushed_while_a_file_has_errors(
    aiops: Aiops, folder: Path, files: dict[str, str], said: str
) -> None:
    write(folder, files)
    result = aiops("prompts", "push", terminal_width=200)
    assert (result.exit_code, said in result.stderr) == (1, True)
    assert not PromptVersion.objects.exists()


def test_a_folder_without_prompts_is_told(aiops: Aiops, folder: Path) -> None:
    result = aiops("prompts", "push", "evals")
    assert (result.exit_code, result.stderr) == (1, "aiops: There is no *.prompt.yaml in evals.\n")


def test_who_may_not_push_is_told_so(aiops: Aiops, as_role: As) -> None:
    as_role(Role.SUPPORT)
    result = aiops("prompts", "push")
    assert (result.exit_code, "This token may not do that." in result.stderr) == (1, True)


def test_a_prompt_goes_from_never_pushed_over_ahead_to_live_and_behind(aiops: Aiops) -> None:
    assert state(aiops) == {"answer": "never pushed"}
    first = push(aiops, "Be kind.\n")
    assert state(aiops) == {"answer": "ahead"}
    aiops("prompts", "release", "answer", "--version", first, *TO_PRODUCTION, *WHY)
    assert state(aiops) == {"answer": "live"}
    second = push(aiops, "Be short.\n")
    assert state(aiops) == {"answer": "ahead"}
    aiops("prompts", "release", "answer", "--version", second, *TO_PRODUCTION, *WHY)
    Path("prompts/parts/a.md").write_text("Be kind.\n")
    assert state(aiops) == {"answer": "behind"}
    Path("prompts/parts/a.md").write_text("Be something new.\n")
    assert state(aiops) == {"answer": "ahead"}


def test_each_environment_has_its_own_state_and_the_worst_is_the_prompts(aiops: Aiops) -> None:
    first, second = push(aiops, "Be kind.\n"), push(aiops, "Be short.\n")
    aiops("prompts", "release", "answer", "--version", second, "--environment", "staging", *WHY)
    aiops("prompts", "release", "answer", "--version", first, *TO_PRODUCTION, *WHY)
    (row,) = printed(aiops("prompts", "status", "--json"))
    assert row["states"] == {"production": "ahead", "staging": "live"}
    assert (row["state"], row["local"], row["newest"]) == ("ahead", second, second)
    assert row["live"] == {"production": first, "staging": second}
    assert second[:10] in aiops("prompts", "status").stdout


def test_canaries_and_tenants_own_stand_beside_what_everybody_gets(aiops: Aiops, acme: Tenant, globex: Tenant) -> None:
    first, second = push(aiops, "Be kind.\n"), push(aiops, "Be short.\n")
    one, two = (PromptVersion.objects.get(hash=each) for each in (first, second))
    make_release(one)
    make_release(two, percent=25)
    make_release(two, tenant=acme)
    make_release(one, tenant=acme, percent=5)
    make_release(two, "staging", tenant=globex)
    shown = aiops("prompts", "status").stdout
    production, staging = (line.strip() for line in shown.splitlines() if line.strip().startswith("answer"))
    assert "v2 to 25%; v2 to acme; v1 to 5% of acme" in production
    assert " ".join(staging.split()).endswith("staging — v2 to globex ahead")
    (row,) = printed(aiops("prompts", "status", "--json"))
    assert (row["states"], row["state"]) == ({"production": "ahead"}, "ahead")
    assert [lane["percent"] for lane in row["canaries"]] == [5, 25]
    assert [lane["tenant"] for lane in row["tenants"]] == ["acme", "globex"]


def test_many_tenants_with_their_own_are_counted(aiops: Aiops) -> None:
    version = PromptVersion.objects.get(hash=push(aiops, "Be kind.\n"))
    for each in range(4):
        make_release(version, tenant=make_tenant(f"tenant-{each}"))
    assert "4 tenants: v1" in aiops("prompts", "status").stdout


def test_what_the_files_no_longer_have_is_an_orphan(aiops: Aiops) -> None:
    make_release(make_version(name="forgotten"))
    assert state(aiops) == {"answer": "never pushed", "forgotten": "orphan"}


def test_a_release_without_a_verdict_is_refused_and_says_what_is_missing(aiops: Aiops) -> None:
    version = push(aiops, "Be kind.\n")
    result = aiops("prompts", "release", "answer", "--version", version, *TO_PRODUCTION)
    assert (result.exit_code, Release.objects.exists()) == (1, False)
    assert "answer: it has not been run on v1 alone" in result.stderr


def test_an_override_releases_and_says_so_with_the_revision(aiops: Aiops) -> None:
    version = push(aiops, "Be kind.\n")
    order = ("prompts", "release", "answer", "--version", version[:10], *TO_PRODUCTION, *WHY, "--note", "now")
    result = aiops(*order)
    assert result.exit_code == 0
    assert f"production serves answer v1 ({version[:10]}); until now nothing. Revision" in result.stdout
    made = Release.objects.get()
    assert (made.note, made.override_reason) == ("now", WHY[1])


def test_a_rollback_serves_the_one_before(aiops: Aiops) -> None:
    first, second = push(aiops, "Be kind.\n"), push(aiops, "Be short.\n")
    aiops("prompts", "release", "answer", "--version", first, *TO_PRODUCTION, *WHY)
    aiops("prompts", "release", "answer", "--version", second, *TO_PRODUCTION, *WHY)
    told = printed(aiops("prompts", "rollback", "answer", *TO_PRODUCTION, "--json"))
    assert (told["release"]["version"], told["before"], told["confirmations"]) == (first, second, None)
    assert (
        "production goes back to answer v2"
        in aiops("prompts", "rollback", "answer", *TO_PRODUCTION, "--version", "v2").stdout
    )


def test_a_rollback_of_what_was_never_released_is_refused(aiops: Aiops) -> None:
    push(aiops, "Be kind.\n")
    result = aiops("prompts", "rollback", "answer", *TO_PRODUCTION)
    assert (result.exit_code, "there is nothing to go back from" in result.stderr) == (1, True)


def test_waiting_without_a_gateway_ends_at_once(aiops: Aiops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPS_GATEWAY_URL", "http://127.0.0.1:9/v1")
    version = push(aiops, "Be kind.\n")
    release = aiops("prompts", "release", "answer", "--version", version, *TO_PRODUCTION, *WHY, "--wait")
    assert (release.exit_code, "No gateway is running" in release.stdout) == (0, True)


def test_nothing_is_released_when_nobody_knows_where_to_wait(aiops: Aiops) -> None:
    version = push(aiops, "Be kind.\n")
    before = Revision.objects.get(name="config").number
    result = aiops("prompts", "release", "answer", "--version", version, *TO_PRODUCTION, *WHY, "--wait")
    assert (result.exit_code, "set AIOPS_GATEWAY_URL" in result.stderr) == (1, True)
    assert (Release.objects.exists(), Revision.objects.get(name="config").number) == (False, before)


def test_features_that_are_not_there_are_told_all_at_once_with_their_prompts(aiops: Aiops, folder: Path) -> None:
    Feature.objects.create(slug="support-desk", name="Support desk")
    named = {"a": "support", "b": "billing", "c": "billing"}
    files = {f"prompts/{name}.prompt.yaml": prompt_text(f"feature: {named[name]}", name=name) for name in named}
    write(folder, files)
    result = aiops("prompts", "push")
    assert (result.exit_code, PromptVersion.objects.exists()) == (1, False)
    said = " ".join(result.stderr.split())
    assert "There is no feature 'billing', of b, c. There is no feature 'support', of a." in said
    assert "Did you mean support-desk? There are: support-desk." in said
    assert "`aiops apply`: `features: {billing: {name: Billing}}`." in said


@pytest.mark.parametrize("command", ["push", "status", "versions", "release", "rollback"])
def test_help_is_there(command: str) -> None:
    assert run("prompts", command, "--help").exit_code == 0


def test_a_stopped_version_is_told_in_status_and_versions(aiops: Aiops) -> None:
    push(aiops, "Be kind.\n")
    version = PromptVersion.objects.get()
    make_release(version)
    short = version.hash[:10]
    assert "(stopped)" not in aiops("prompts", "status").stdout
    aiops("stop", "--prompt", "answer@v1", "--reason", "answers", "--yes")
    assert f"v1 {short} (stopped)" in aiops("prompts", "status").stdout
    assert "v1 (stopped)" in aiops("prompts", "versions", "answer").stdout
    (row,) = printed(aiops("prompts", "status", "--json"))
    assert [stop["version"] for stop in row["stopped"]] == [version.hash]


def test_going_back_to_a_stopped_version_says_so(aiops: Aiops) -> None:
    for part in ("Be kind.\n", "Be brief.\n"):
        push(aiops, part)
    for version in PromptVersion.objects.order_by("number"):
        make_release(version)
    aiops("stop", "--prompt", "answer@v1", "--reason", "answers", "--yes")
    told = "v1 is stopped: its calls are refused until it is turned on again: aiops lift --prompt answer@v1\n"
    assert aiops("prompts", "rollback", "answer", *TO_PRODUCTION).stderr == told
    assert aiops("prompts", "release", "answer", "--version", "v2", *TO_PRODUCTION, *WHY).stderr == ""
