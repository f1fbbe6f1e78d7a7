"""Files and versions against each other, and rendered as the console holds them."""

from pathlib import Path

import pytest

from tests.cli.conftest import Aiops, printed, run
from tests.cli.test_prompts_released import FILES, TO_PRODUCTION, WHY, push
from tests.prompts.texts import write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, FILES)


@pytest.fixture
def live(aiops: Aiops) -> str:
    """Of v1; the files are as v2."""
    first = push(aiops, "Be kind to all.\n")
    aiops("prompts", "release", "answer", "--version", first, *TO_PRODUCTION, *WHY)
    push(aiops, "Be short to all.\n")
    return first


def test_files_are_held_against_what_production_serves(aiops: Aiops, live: str) -> None:
    result = aiops("prompts", "diff", "answer")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "answer: production (v1) → files",
            "── parts/a.md",
            "-Be kind to all.",
            "+Be short to all.",
            " ",
            "1 added, 1 removed.",
        ],
    )


@pytest.mark.parametrize(
    "arguments", [("v1",), ("--against", "v1"), ("--against", "production"), ("production",), ("v1", "v2")]
)
def test_versions_and_environments_may_be_named(aiops: Aiops, live: str, arguments: tuple[str, ...]) -> None:
    told = printed(aiops("prompts", "diff", "answer", *arguments, "--json"))
    (text,) = told["texts"]
    assert (text["name"], text["added"], text["removed"]) == ("parts/a.md", 1, 1)
    assert [(line["kind"], line["text"]) for line in text["lines"]] == [
        ("gone", "Be kind to all."), ("new", "Be short to all."), ("same", ""),
    ]  # fmt: skip


def test_a_version_may_be_named_by_the_beginning_of_its_hash(aiops: Aiops, live: str) -> None:
    assert printed(aiops("prompts", "diff", "answer", "v2", live[:8], "--json"))["head"] == "v1"


def test_words_are_marked_where_that_is_asked_for(aiops: Aiops, live: str) -> None:
    said = aiops("prompts", "diff", "answer", "--word").stdout
    assert "-Be [-kind-] to all.\n+Be {+short+} to all.\n" in said


def test_a_summary_names_what_differs(aiops: Aiops, live: str) -> None:
    assert "  parts/a.md  +1 -1\n" in aiops("prompts", "diff", "answer", "--stat").stdout


@pytest.mark.parametrize(("against", "code", "said"), [("v1", 1, "1 added"), ("v2", 0, "They are the same.")])
def test_a_script_may_ask_by_the_exit_code(aiops: Aiops, live: str, against: str, code: int, said: str) -> None:
    result = aiops("prompts", "diff", "answer", against, "--exit-code")
    assert (result.exit_code, said in result.stdout) == (code, True)


def test_a_terminal_does_not_obey_what_a_prompt_says(aiops: Aiops, live: str) -> None:
    Path("prompts/parts/a.md").write_text("\x1b[31mred\u202e\n")
    said = aiops("prompts", "diff", "answer").stdout
    assert "+\\x1b[31mred\\u202e\n" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["answer", "v9"], 1, "there is no such version"),
        (["answer", "staging"], 1, "is not released to staging"),
        (["answr"], 1, "there is no prompt 'answr'; did you mean answer?"),
        (["gone", "v1", "v2"], 1, "There is no prompt 'gone'"),
        (["../stops", "v1", "v2"], 1, ""),
        ([], 2, "name the prompt"),
        (["answer", "v1", "--against", "v2"], 2, "compared with already"),
        (["answer", "v1", "--base", "main"], 2, "fits beside it"),
    ],
)
def test_what_cannot_be_compared_is_told(aiops: Aiops, live: str, arguments: list[str], code: int, said: str) -> None:
    result = aiops("prompts", "diff", *arguments, terminal_width=200)
    assert (result.exit_code, said in result.stderr) == (code, True)


@pytest.mark.parametrize("option", [("--version", "v1"), ("--environment", "production")])
def test_what_the_console_holds_is_rendered(aiops: Aiops, live: str, option: tuple[str, str]) -> None:
    result = aiops("prompts", "render", "answer", "--var", "question=Why?", *option)
    assert (result.exit_code, result.stdout) == (0, "── system · about 5 tokens\nBe kind to all.\nWhy?\n")
    assert result.stderr == "parts/a.md · about 4 tokens\n"


def test_files_need_not_be_there_for_it(aiops: Aiops, live: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = aiops("prompts", "render", "answer", "--path", "empty", "--version", live, "--var", "question=x", "--json")
    assert printed(result) == [{"role": "system", "content": "Be kind to all.\nx"}]


def test_a_version_and_an_environment_are_one_too_many(aiops: Aiops) -> None:
    result = aiops("prompts", "render", "answer", "--version", "v1", "--environment", "production", terminal_width=200)
    assert (result.exit_code, "not both" in result.stderr) == (2, True)


def test_all_that_is_wrong_with_variables_is_told_at_once(folder: Path) -> None:
    (folder / "vars.json").write_text('{"tone": "x", "other": 1}')
    result = run("prompts", "render", "answer", "--vars", "vars.json")
    assert result.exit_code == 1
    assert "The prompt has no variable 'tone'" in result.stderr
    assert "The prompt has no variable 'other'" in result.stderr
    assert "Missing: question." in result.stderr


def test_help_is_there() -> None:
    assert run("prompts", "diff", "--help").exit_code == 0


def test_a_part_that_was_moved_is_told_as_such(aiops: Aiops, live: str, folder: Path) -> None:
    text = (folder / "prompts/answer.prompt.yaml").read_text().replace("parts/a.md", "parts/tone.md")
    write(folder, {"prompts/answer.prompt.yaml": text, "prompts/parts/tone.md": "Be kind to all.\n"})
    said = aiops("prompts", "diff", "answer").stdout
    assert "── parts/a.md → parts/tone.md\nMoved; its text is the same.\n" in said
    assert "parts/a.md → parts/tone.md  +0 -0" in aiops("prompts", "diff", "answer", "--stat").stdout
    told = printed(aiops("prompts", "diff", "answer", "--json"))["texts"]
    assert [(text["name"], text["was"]) for text in told] == [("Messages", None), ("parts/tone.md", "parts/a.md")]
