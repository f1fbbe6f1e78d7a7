import json
from pathlib import Path
from typing import Any

import pytest

from prompts.rules import SAID
from tests.cli.conftest import printed, run
from tests.prompts.texts import prompt_text, write

TEXTS = {
    "app/prompts/b,1: x.prompt.yaml": prompt_text(name="b", content="{{ gone }} 100 %"),
    "app/prompts/c.prompt.yaml": prompt_text("variables: {q: {type: string}}", name="c"),
}
FAULT = "there is no variable 'gone'; there are: none."


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, TEXTS)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "app")
    return tmp_path


def test_github_is_told_in_workflow_commands_with_paths_from_the_repositorys_root() -> None:
    result = run("prompts", "check", "--format", "github")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == [
        f"::error file=app/prompts/b%2C1%3A x.prompt.yaml,line=5,col=10,title=prompt/undeclared-variable::{FAULT}",
        "::warning file=app/prompts/c.prompt.yaml,line=2,col=13,title=prompt/unused-variable::"
        "no text uses the variable 'q'.",
    ]


def test_github_obeys_nothing_that_a_prompt_says(repository: Path) -> None:
    text = 'name: "d%0A\\n::error::x"\nmessages: [{role: user, content: x}]'
    write(repository, {"app/prompts/d.prompt.yaml": text})
    lines = run("prompts", "check", "--format", "github").stdout.splitlines()
    assert [line for line in lines if line.startswith("::error::")] == []
    assert "d%250A" in "\n".join(lines)


def test_gitlab_gets_a_code_quality_report() -> None:
    first, second = reported("--format", "gitlab")
    assert first | {"fingerprint": ""} == {
        "description": FAULT,
        "check_name": "prompt/undeclared-variable",
        "fingerprint": "",
        "severity": "major",
        "location": {"path": "app/prompts/b,1: x.prompt.yaml", "positions": {"begin": {"line": 5, "column": 10}}},
    }
    assert (second["severity"], len(second["fingerprint"])) == ("minor", 64)


def reported(*options: str) -> Any:
    return json.loads(run("prompts", "check", *options).stdout)


def fingerprints(format_: str) -> list[str]:
    return [each["fingerprint"] for each in reported("--format", format_)]


def test_a_fingerprint_stays_while_lines_move_and_is_never_that_of_another(repository: Path) -> None:
    text = prompt_text("variables:", "  q: {type: string}", name="c", content="{{ x }}\n{{ y }}\n{{ x1 }}\n{{ x2 }}")
    write(repository, {"app/prompts/c.prompt.yaml": text})
    before = fingerprints("gitlab")
    write(repository, {"app/prompts/c.prompt.yaml": f"# moved\n\n{text}"})
    assert fingerprints("gitlab") == before
    assert len(set(before)) == len(before)


def test_sarif_has_every_rule_and_each_problem_with_its_place() -> None:
    report = reported("--format", "sarif")
    assert (report["version"], report["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (sarif,) = report["runs"]
    rules = sarif["tool"]["driver"]["rules"]
    assert run("--version").stdout == f"aiops {sarif['tool']['driver']['version']}\n"
    assert [rule["id"] for rule in rules] == [rule.value for rule in SAID]
    first, second = sarif["results"]
    assert [rules[each["ruleIndex"]]["id"] for each in (first, second)] == [first["ruleId"], second["ruleId"]]
    assert (first["level"], second["level"]) == ("error", "warning")
    assert first["message"] == {"text": FAULT}
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "app/prompts/b%2C1%3A%20x.prompt.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 5, "startColumn": 10},
            }
        }
    ]


def test_what_lies_outside_of_the_repository_keeps_its_whole_path(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = write(tmp_path_factory.mktemp("elsewhere"), {"x.prompt.yaml": "["})
    report = reported(str(folder), "--format", "gitlab")
    assert report[0]["location"]["path"] == (folder / "x.prompt.yaml").as_posix()


def test_json_names_the_rule_and_by_what_tokens_are_counted() -> None:
    report = reported("--json")
    assert [problem["rule"] for problem in report["problems"]] == [
        "prompt/undeclared-variable",
        "prompt/unused-variable",
    ]
    assert [prompt["counted"] for prompt in report["prompts"]] == ["estimate"]
    assert reported("--format", "json") == report


@pytest.mark.parametrize("rule", ["unused-variable", "prompt/unused-variable"])
def test_a_rule_can_be_left_out(rule: str) -> None:
    report = reported("--json", "--ignore", rule)
    assert [problem["rule"] for problem in report["problems"]] == ["prompt/undeclared-variable"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("unused-variabel", "did you mean prompt/unused-variable?"),
        ("bogus", "there is no rule 'bogus'; there are: contradiction, giant, nearly-repeated-passage,"),
        ("undeclared-variable", "prompt/undeclared-variable cannot be ignored"),
    ],
)
def test_a_rule_that_is_not_there_or_firm_is_refused(rule: str, said: str) -> None:
    result = run("prompts", "check", "--ignore", rule, terminal_width=200)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", "").split())


def test_a_model_whose_tokenizer_nobody_has_is_said_so() -> None:
    stdout = run("prompts", "check", "--model", "claude-x").stdout
    assert stdout.endswith("Tokens are estimated: the tokenizer of claude-x is not known.\n")


BAD = {
    "cycle": (
        {"p/a.md": '{% include "p/a.md" %}'},
        '{% include "p/a.md" %}',
        "prompt/cyclic-include",
        "include each other",
    ),
    "outside": ({}, '{% include "../a.md" %}', "prompt/outside-folder", "never out of it"),
    "missing": ({}, '{% include "p/a.md" %}', "prompt/missing-part", "there is no file"),
    "loops": ({}, "{% for a in [1] %}" * 4 + "{% endfor %}" * 4, "prompt/too-large", "nested 3 deep"),
    "nesting": ({}, "{% if 1 %}" * 70 + "{% endif %}" * 70, "prompt/too-large", "nested 60 deep"),
    "bomb": (
        {f"p/{n}.md": f'{{% include "p/{n + 1}.md" %}}' * 2 for n in range(12)} | {"p/12.md": "x"},
        '{% include "p/0.md" %}',
        "prompt/too-large",
        "parts are included; 500 may be",
    ),
    "size": ({"p/a.md": "x" * 90_000}, '{% include "p/a.md" %}' * 5, "prompt/too-large", "400,000 are the most"),
    "variable": ({}, "{{ gone }}", "prompt/undeclared-variable", "there is no variable 'gone'"),
    "syntax": ({}, "{% if %}", "prompt/syntax", "expected an expression"),
}


@pytest.mark.parametrize(("files", "content", "rule", "said"), BAD.values(), ids=BAD)
def test_what_would_harm_is_told_in_every_format(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str], content: str, rule: str, said: str
) -> None:
    folder = write(tmp_path_factory.mktemp("bad"), {"a.prompt.yaml": prompt_text(content=content), **files})
    result = run("prompts", "check", str(folder), "--format", "sarif")
    (problem,) = json.loads(result.stdout)["runs"][0]["results"]
    assert (result.exit_code, problem["ruleId"], problem["level"]) == (1, rule, "error")
    assert said in problem["message"]["text"]
    assert f"title={rule}::" in run("prompts", "check", str(folder), "--format", "github").stdout
    assert said in run("prompts", "check", str(folder)).stdout


def test_links_out_of_the_folder_and_two_files_of_one_name_have_their_rules(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tmp_path_factory.mktemp("out") / "s.md").write_text("secret")
    folder = write(
        tmp_path_factory.mktemp("in"),
        {"a.prompt.yaml": prompt_text(content='{% include "l.md" %}'), "b.prompt.yaml": prompt_text()},
    )
    (folder / "l.md").symlink_to(repository / "app")
    report = reported(str(folder), "--json")
    assert [problem["rule"] for problem in report["problems"]] == ["prompt/outside-folder", "prompt/duplicate-name"]


def test_the_schema_is_printed_or_written(repository: Path) -> None:
    schema = printed(run("prompts", "schema"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert run("prompts", "schema", "--out", "new/prompt.json").exit_code == 0
    assert json.loads((repository / "app/new/prompt.json").read_text()) == schema


def test_a_schema_that_cannot_be_written_is_said_so(repository: Path) -> None:
    result = run("prompts", "schema", "--out", "prompts/c.prompt.yaml/x.json")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
