import json
from pathlib import Path

import pytest

from tests.cli.conftest import printed, run
from tests.prompts.texts import prompt_text, write

PROMPT = prompt_text(
    "variables: {question: {type: string}, sources: {type: list, default: []}}",
    content='{% include "parts/a.md" %}\n{{ question }} {{ sources|length }}',
)
FILES = {"prompts/a.prompt.yaml": PROMPT, "prompts/parts/a.md": "Be kind.\n"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, FILES)


def test_what_is_in_order_is_summed_up() -> None:
    result = run("prompts", "check")
    assert (result.exit_code, result.stdout) == (0, "1 prompt, 1 part, about 18 tokens: 0 errors, 0 warnings.\n")


def test_a_part_of_several_prompts_is_shown_with_them(folder: Path) -> None:
    write(folder, {"prompts/b.prompt.yaml": PROMPT.replace("name: answer", "name: other")})
    assert run("prompts", "check").stdout.splitlines()[0] == "prompts/parts/a.md is in answer, other"


def test_problems_are_shown_with_their_places_and_fail(folder: Path) -> None:
    write(folder, {"prompts/b.prompt.yaml": prompt_text(name="b", content="{{ x }}")})
    result = run("prompts", "check")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "prompts/b.prompt.yaml:5:10: error: there is no variable 'x'; there are: none.",
        "1 prompt, 1 part, about 18 tokens: 1 error, 0 warnings.",
    ]


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--strict"], 1)])
def test_warnings_fail_only_when_that_is_asked_for(folder: Path, options: list[str], code: int) -> None:
    write(folder, {"prompts/parts/unused.md": "x"})
    result = run("prompts", "check", *options)
    assert result.exit_code == code
    assert "prompts/parts/unused.md:1:1: warning: no prompt includes this part." in result.stdout


def test_in_json_every_prompt_has_its_version(folder: Path) -> None:
    report = printed(run("prompts", "check", str(folder / "prompts" / "a.prompt.yaml"), "--json"))
    (prompt,) = report["prompts"]
    assert (prompt["name"], len(prompt["version"]), prompt["tokens"]) == ("answer", 64, 18)
    assert (report["problems"], report["errors"], report["warnings"]) == ([], 0, 0)


def test_in_json_too_problems_fail(folder: Path) -> None:
    write(folder, {"prompts/b.prompt.yaml": "a: ["})
    result = run("prompts", "check", "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    assert (problem["path"], problem["line"], problem["level"]) == ("prompts/b.prompt.yaml", 1, "error")


def test_without_a_folder_of_prompts_one_must_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "prompts")
    result = run("prompts", "check")
    assert result.exit_code == 2
    assert "there is no folder ./prompts" in result.stderr


def test_a_prompt_is_rendered_with_about_how_many_tokens() -> None:
    result = run("prompts", "render", "answer", "--var", "question=a=b", "--var", 'sources=["x"]')
    assert (result.exit_code, result.stdout) == (0, "── system · about 4 tokens\nBe kind.\na=b 1\n")


def test_variables_may_come_from_a_file_and_words_win_over_it(folder: Path) -> None:
    (folder / "vars.json").write_text('{"question": "from the file", "sources": [1, 2]}')
    result = run("prompts", "render", "answer", "--vars", "vars.json", "--var", "question=5", "--json")
    assert printed(result) == [{"role": "system", "content": "Be kind.\n5 2"}]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["answr", "--var", "question=x"], 1, "there is no prompt 'answr'; did you mean answer?"),
        (["answer"], 1, "Missing: question."),
        (["answer", "--var", "question=x", "--var", "tone=x"], 1, "The prompt has no variable 'tone'"),
        (["answer", "--var", "question"], 2, "'question' is not NAME=VALUE."),
        (["answer", "--var", "sources=x"], 2, "sources is of type list; write it as JSON."),
        (["answer", "--vars", "prompts/parts/a.md"], 1, "prompts/parts/a.md: it cannot be read as JSON"),
        (["answer", "--path", "gone"], 2, "does not exist"),
    ],
)
def test_what_cannot_be_rendered_is_refused_in_words(arguments: list[str], code: int, said: str) -> None:
    result = run("prompts", "render", *arguments, terminal_width=200)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_prompt_with_errors_is_refused_with_them(folder: Path) -> None:
    write(folder, {"prompts/a.prompt.yaml": PROMPT.replace("{{ question }}", "{{ qestion }}")})
    result = run("prompts", "render", "answer", "--var", "question=x")
    assert result.exit_code == 1
    assert "prompts/a.prompt.yaml:7:10: error: there is no variable 'qestion'" in result.stderr


def test_a_terminal_does_not_obey_what_a_prompt_says(folder: Path) -> None:
    write(folder, {"prompts/parts/a.md": "\x1b[31mred\u202e \x9b2J"})
    result = run("prompts", "render", "answer", "--var", "question=\x1b]0;title\x07")
    assert "\\x1b[31mred\\u202e \\x9b2J\n\\x1b]0;title\\x07 0" in result.stdout


def test_a_terminal_does_not_obey_what_a_file_is_called(folder: Path) -> None:
    write(folder, {"prompts/\x1b[31m.prompt.yaml": "["})
    assert "prompts/\\x1b[31m.prompt.yaml:1:" in run("prompts", "check").stdout


@pytest.mark.parametrize("command", [[], ["check"], ["render"]])
def test_help_is_there(command: list[str]) -> None:
    result = run("prompts", *command, "--help")
    assert result.exit_code == 0
