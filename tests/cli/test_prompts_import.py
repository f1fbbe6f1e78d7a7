import os
from pathlib import Path

import pytest

from tests.cli.conftest import printed, run
from tests.prompts.texts import prompt_text, write

HELLO = {"hello.prompt": "Hello, {{name}}.{{> rules}}", "_rules.prompt": "Be short."}
WRITTEN = """\
name: hello
variables:
  name: {type: string}
messages:
  - role: user
    content: "Hello, {{ name }}.{% include \\"parts/rules.md\\" %}"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {f"old/{name}": text for name, text in HELLO.items()})


def files() -> dict[str, str]:
    return {str(path): path.read_text() for path in sorted(Path("prompts").rglob("*")) if path.is_file()}


def test_a_folder_is_taken_over_and_told_file_by_file() -> None:
    result = run("prompts", "import", "old")
    assert result.exit_code == 0, result.stderr
    assert files() == {"prompts/hello.prompt.yaml": WRITTEN, "prompts/parts/rules.md": "Be short."}
    assert result.stdout.splitlines() == [
        "+ prompts/hello.prompt.yaml from old/hello.prompt (dotprompt): 1 message, 1 variable, 1 part",
        "  + prompts/parts/rules.md",
        "Files: 2 new, 0 the same, 0 other.",
    ]
    assert run("prompts", "check").exit_code == 0


def test_the_same_again_touches_nothing() -> None:
    run("prompts", "import", "old")
    os.utime("prompts/hello.prompt.yaml", (1, 1))
    result = run("prompts", "import", "old")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "Files: 0 new, 2 the same, 0 other.")
    assert Path("prompts/hello.prompt.yaml").stat().st_mtime == 1


def test_a_dry_run_writes_nothing() -> None:
    report = printed(run("prompts", "import", "old", "--dry-run", "--json"))
    assert (report["written"], report["errors"], files()) == (False, 0, {})
    (prompt,) = report["prompts"]
    assert (prompt["name"], prompt["from"], prompt["source"]) == ("hello", "dotprompt", "old/hello.prompt")
    assert prompt["files"][0] == {"path": "prompts/hello.prompt.yaml", "state": "new"}


def test_a_file_that_says_something_else_is_kept_unless_forced(folder: Path) -> None:
    write(folder, {"prompts/hello.prompt.yaml": prompt_text(name="hello")})
    result = run("prompts", "import", "old")
    assert (result.exit_code, Path("prompts/parts").exists()) == (1, False)
    assert "prompts/hello.prompt.yaml:1:1: error: it is there and says something else" in result.stderr
    assert result.stdout.endswith("Nothing was written: 1 error.\n")
    assert run("prompts", "import", "old", "--force").exit_code == 0
    assert files()["prompts/hello.prompt.yaml"] == WRITTEN


def test_of_what_cannot_be_taken_over_nothing_is_written_unless_the_rest_is_asked_for(folder: Path) -> None:
    write(folder, {"old/photo.prompt": "Look:\n{{media url=photo}}"})
    result = run("prompts", "import", "old")
    assert (result.exit_code, files()) == (1, {})
    assert "old/photo.prompt:2:1: error: media: pictures and files come with the call" in result.stderr
    rest = run("prompts", "import", "old", "--skip")
    assert (rest.exit_code, sorted(files())) == (0, ["prompts/hello.prompt.yaml", "prompts/parts/rules.md"])
    assert "old/photo.prompt:2:1: error" in rest.stderr


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"old/Hello.txt": "Hi.", "old/x.md": "x"}, ""),
        ({"old/sub/hello.prompt": "Hi."}, "two prompts come to the name 'hello'; see old/hello.prompt:1."),
        (
            {"old/sub/other.prompt": "{{> rules}}", "old/sub/_rules.prompt": "Otherwise."},
            "parts/rules.md would have to hold two different texts.",
        ),
        (
            {"prompts/team/x.prompt.yaml": prompt_text(name="hello")},
            "prompts/team/x.prompt.yaml already is the prompt 'hello'.",
        ),
    ],
)
def test_what_would_meet_is_an_error_before_anything_is_written(folder: Path, more: dict[str, str], said: str) -> None:
    before = write(folder, more) and files()
    result = run("prompts", "import", "old", "--skip")
    assert (result.exit_code, said in result.stderr) == (1 if said else 0, True)
    assert (files() == before) is bool(said)


def test_one_prompt_may_be_given_a_name(folder: Path) -> None:
    write(folder, {"a.md": "Be kind."})
    assert run("prompts", "import", "a.md", "--name", "persona", "--role", "user", "--to", "new").exit_code == 0
    assert Path("new/persona.prompt.yaml").read_text().startswith("name: persona\nmessages:\n  - role: user\n")
    several = run("prompts", "import", "a.md", "old", "--name", "x")
    assert (several.exit_code, "these are 2 prompts; one name is for one." in several.stderr) == (2, True)
    unfit = run("prompts", "import", "a.md", "--name", "Not A Name")
    assert (unfit.exit_code, "it must be lower-case letters, digits and -" in unfit.stderr) == (1, True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.bin", "x", "it is of none of these: dotprompt, langwatch, promptfoo, text; name one with --from."),
        ("x.prompt.yaml", prompt_text(), "it is of none of these"),
        ("x.prompt", "{{", "{{ is never closed by }}."),
        ("x.prompt", "", "messages: there must be a list of 1 to 50 messages."),
    ],
)
def test_what_is_nothing_of_the_kind_is_refused(folder: Path, name: str, content: str, said: str) -> None:
    result = run("prompts", "import", str(write(folder, {name: content}) / name))
    assert (result.exit_code, said in result.stderr, files()) == (1, True, {})


def test_a_folder_with_nothing_in_it_is_told(folder: Path) -> None:
    write(folder, {"empty/x.bin": "x"})
    result = run("prompts", "import", "empty")
    assert (result.exit_code, "there is nothing here that could be taken over." in result.stderr) == (1, True)


def test_of_a_folder_what_is_of_no_tool_is_named_with_the_reason(folder: Path) -> None:
    write(
        folder, {"lw/a.prompt.yaml": "model: x\nmessages:\n  - content: Be {{ a | default: 1 }}.\n", "lw/b.json": "{}"}
    )
    result = run("prompts", "import", "lw")
    assert (result.exit_code, files()) == (1, {})
    told = result.stderr.splitlines()
    assert [line.partition(": passed over: ")[0] for line in told[1:]] == [
        "lw/a.prompt.yaml:3:31: warning",
        "lw/b.json:1:1: warning",
    ]
    assert "give this file and --from." in told[2]
    write(folder, {"lw/c.prompt": "Hi."})
    beside = run("prompts", "import", "lw")
    assert (beside.exit_code, "lw/a.prompt.yaml:3:31: warning: passed over" in beside.stderr) == (0, True)
    assert "lw/b.json" not in beside.stderr


@pytest.mark.parametrize("name", ["日本.md", "..md"])
def test_a_file_whose_name_no_prompt_can_have_asks_for_one(folder: Path, name: str) -> None:
    write(folder, {f"new/{name}": "Be kind."})
    result = run("prompts", "import", f"new/{name}")
    assert (result.exit_code, "can be a name" in result.stderr, "Give one with --name." in result.stderr) == (
        1,
        True,
        True,
    )
    assert run("prompts", "import", f"new/{name}", "--name", "kind").exit_code == 0


def test_what_is_too_long_altogether_is_told_of_the_prompt(folder: Path) -> None:
    parts = {f"long/_p{number}.prompt": "x" * 90_000 for number in range(5)}
    names = "".join(f"{{{{> p{number}}}}}" for number in range(5))
    write(folder, parts | {"long/x.prompt": names})
    result = run("prompts", "import", "long")
    assert "error: the prompt: messages and parts may have 400,000 characters" in result.stderr


def test_a_link_leads_no_file_out_of_the_folder(folder: Path) -> None:
    write(folder, {"elsewhere/x": "x", "prompts/x": "x"})
    Path("prompts/parts").symlink_to(folder / "elsewhere")
    result = run("prompts", "import", "old", "--json")
    assert (result.exit_code, sorted(os.listdir("elsewhere"))) == (1, ["x"])
    assert "a link leads it out of prompts" in result.stderr


def test_what_cannot_be_written_whole_is_taken_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"prompts/hello.prompt.yaml": "before"})
    replace = os.replace

    def full(source: str, target: Path) -> None:
        assert target.name != "rules.md" or failing()
        replace(source, target)

    def failing() -> bool:
        raise OSError(28, "No space left on device", "prompts/parts/rules.md")

    monkeypatch.setattr("prompts.exchange.storing.os.replace", full)
    result = run("prompts", "import", "old", "--force")
    assert (result.exit_code, files()) == (1, {"prompts/hello.prompt.yaml": "before"})
    assert "prompts/parts/rules.md: it cannot be written (No space left on device)." in result.stderr


def test_a_terminal_does_not_obey_what_a_file_says(folder: Path) -> None:
    write(folder, {"x.prompt": "{{\x1b[31m y}}"})
    assert "\x1b[31m" not in run("prompts", "import", "x.prompt").stderr


def test_help_is_there() -> None:
    assert run("prompts", "import", "--help").exit_code == 0
