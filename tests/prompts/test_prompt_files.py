from collections.abc import Mapping
from pathlib import Path

import pytest

from prompts.files import Budget, affected, read
from tests.prompts.texts import prompt_text, read_folder, told, write

WHOLE = """\
name: support-answer
feature: support
description: Answers a question.
model: {chain: default, temperature: 0.2, max_output_tokens: 600, stop: END}
output:
  schema: schemas/answer.json
variables:
  question: {type: string}
  tone: {type: string, default: calm}
suites: [support-answer]
budget: {system_tokens: 1500}
messages:
  - role: system
    content: |
      {% include "parts/persona.md" %}
  - role: user
    content: "{{ question }}"
"""
REPOSITORY = {
    "support.prompt.yaml": WHOLE,
    "parts/persona.md": 'Be {{ tone }}.\r\n{% include "parts/more.md" %}',
    "parts/more.md": "\ufeffMore.",
    "schemas/answer.json": '{"type": "object"}',
    "deep/down/other.prompt.yaml": prompt_text(name="other"),
    ".hidden/no.prompt.yaml": "[",
    "notes.yaml": "[",
}


def problems_of(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    return [told(folder, problem) for problem in read_folder(folder, files).problems]


def test_a_prompt_is_read_with_all_that_it_includes(tmp_path: Path) -> None:
    reading = read_folder(tmp_path, REPOSITORY)
    other, prompt = reading.prompts
    assert (reading.problems, other.name) == ((), "other")
    assert (prompt.name, prompt.feature, prompt.description) == ("support-answer", "support", "Answers a question.")
    assert (prompt.suites, prompt.budget) == (("support-answer",), Budget(system_tokens=1500))
    assert prompt.bundle.as_data() == {
        "messages": [
            {"role": "system", "content": '{% include "parts/persona.md" %}\n'},
            {"role": "user", "content": "{{ question }}"},
        ],
        "parts": {"parts/persona.md": 'Be {{ tone }}.\n{% include "parts/more.md" %}', "parts/more.md": "More."},
        "model": {"chain": "default", "temperature": 0.2, "max_output_tokens": 600, "stop": ["END"]},
        "output": {"schema": {"type": "object"}},
        "variables": {
            "question": {"type": "string", "required": True},
            "tone": {"type": "string", "required": False, "default": "calm"},
        },
    }


def test_what_changes_no_answer_changes_no_version(tmp_path: Path) -> None:
    one = prompt_text("feature: a", "suites: [x]", "description: Old.", "budget: {total_tokens: 9}")
    reading = read_folder(tmp_path, {"a.prompt.yaml": one, "elsewhere/b.prompt.yaml": prompt_text(name="other")})
    assert len({prompt.bundle.hash for prompt in reading.prompts}) == 1


def test_a_file_may_be_named_alone(tmp_path: Path) -> None:
    write(tmp_path, REPOSITORY)
    assert [prompt.name for prompt in read([tmp_path / "support.prompt.yaml"]).prompts] == ["support-answer"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1\nb: 2", "a.prompt.yaml:2:2: error: expected ',' or ']', but got ':'."),
        ("a: *nowhere", "a.prompt.yaml:1:4: error: found undefined alias 'nowhere'."),
        ("a: !!python/object:x.Y {}", "a.prompt.yaml:1:4: error: the tag tag:yaml.org,2002:python/object:x.Y is not"),
        ("a: !!int x", "a.prompt.yaml:1:4: error: 'x' is not a number."),
        ("- 1", "a.prompt.yaml:1:1: error: a prompt file holds name, messages and more"),
        ("", "a.prompt.yaml:1:1: error: a prompt file holds name, messages and more"),
        (b"\xff\xfe", "a.prompt.yaml:1:1: error: it is not UTF-8 text."),
        ("#" * 400_001, "a.prompt.yaml:1:1: error: it is larger than 400,000 bytes."),
        ("a: &a [*a]", "a.prompt.yaml:1:4: error: it has more than 20,000 values, or is nested 40 deep."),
        ("[" * 5000, "a.prompt.yaml:1:1: error: it cannot be read as YAML"),
        ("a: \x07", "a.prompt.yaml:1:1: error: it cannot be read as YAML"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert problems_of(tmp_path, {"a.prompt.yaml": text})[0].startswith(said)


def test_aliases_of_aliases_are_not_unfolded_without_end(tmp_path: Path) -> None:
    doublings = "\n".join(f"  - &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))
    assert "more than 20,000 values" in problems_of(tmp_path, {"a.prompt.yaml": f"a:\n  - &a0 [x]\n{doublings}"})[0]


def test_everything_that_is_wrong_is_told_at_once_with_line_and_column(tmp_path: Path) -> None:
    text = """\
name: Answer
modle: {}
model: {chain: a, temperature: 9}
variables:
  question: {type: strin}
name: again
messages:
  - role: sytem
    content: |

      Hello {{ qestion }}
        {% include "parts/personna.md" %} {% include "../out.md" %}
  - role: user
    content: "x {{ zz }}"
  - role: user
    content: |2
        {{ question|uper }}
  - role: user
    content: >
      folded
      {{ yy }}
"""
    found = problems_of(tmp_path, {"a.prompt.yaml": text, "parts/persona.md": "x"})
    assert [problem.removeprefix("a.prompt.yaml:").split(" error: ") for problem in found] == [
        ["2:1:", "modle: there is no such field; did you mean model?"],
        ["3:19:", "model.temperature: it is 9; it must be a number from 0 to 2."],
        ["5:14:", "variables.question.type: there is no type 'strin'; did you mean string?"],
        ["6:1:", "name: it is there twice."],
        ["8:5:", "messages[0].role: it is 'sytem'; it must be one of: system, developer, user, assistant."],
        ["11:16:", "there is no variable 'qestion'; did you mean question?"],
        ["12:21:", "there is no file 'parts/personna.md' beside the prompt. Did you mean parts/persona.md?"],
        ["12:55:", "a path leads from the prompt's own folder down, never out of it."],
        ["14:20:", "there is no variable 'zz'; there are: question."],
        ["17:21:", "there is no filter 'uper'; did you mean upper?"],
        ["19:5:", "there is no variable 'yy'; there are: question."],
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("feature: Not Good", "2:1: error: feature: it is 'Not Good'; it must be lower-case"),
        ('feature: "line\\n"', "2:1: error: feature: it is 'line\\n'; it must be lower-case"),
        ("suites: answers", "2:1: error: suites: it must be a list of names of suites"),
        ("budget: {system_token: 9}", "2:10: error: budget.system_token: there is no such field; did you mean"),
        ("budget: {system_tokens: 0}", "2:10: error: budget.system_tokens: it is 0; it must be a whole number"),
        ("output: {schema: gone.json}", "2:10: error: there is no file 'gone.json' beside the prompt."),
        ("output: {schema: ../a.json}", "2:10: error: a path leads from the prompt's own folder down"),
        ("output: {schema: [1]}", "2:10: error: output.schema: it must be a JSON schema, not a list."),
    ],
)
def test_a_field_that_is_wrong_is_told_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    assert problems_of(tmp_path, {"a.prompt.yaml": prompt_text(line)})[0].startswith(f"a.prompt.yaml:{said}")


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ('{\n "type":}', "s.json:2:9: error: it is not JSON: Expecting value."),
        ('{"minimum": NaN}', "s.json:1:1: error: it is not JSON: NaN is not a number that JSON has."),
        ("[" * 100_000, "s.json:1:1: error: it cannot be read as JSON: lists and objects are nested too deep."),
        ('{"type": "objekt"}', "s.json:1:1: error: output.schema.type: not a JSON schema"),
    ],
)
def test_a_schema_that_is_wrong_is_told_in_its_own_file(tmp_path: Path, schema: str, said: str) -> None:
    files = {"a.prompt.yaml": prompt_text("output: {schema: s.json}"), "s.json": schema}
    assert problems_of(tmp_path, files)[0].startswith(said)


def test_a_part_that_is_wrong_is_told_in_its_own_file(tmp_path: Path) -> None:
    files = {
        "a.prompt.yaml": prompt_text(content='{% include "parts/a.md" %}'),
        "parts/a.md": '\n {% include "parts/b.md" %} {{ gone }}',
        "parts/b.md": '{% include "parts/a.md" %}',
    }
    assert problems_of(tmp_path, files) == [
        "parts/a.md:2:32: error: there is no variable 'gone'; there are: none.",
        "parts/b.md:1:13: error: parts include each other: parts/a.md → parts/b.md → parts/a.md.",
    ]


def test_a_part_that_is_not_text_is_told_where_it_is_included(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.prompt.yaml": prompt_text(content='{% include "a.md" %}'), "a.md": b"\xff"}
    assert problems_of(tmp_path, files) == ["a.prompt.yaml:5:19: error: it is not UTF-8 text."]


def test_a_name_that_two_files_have_is_told_with_both(tmp_path: Path) -> None:
    found = problems_of(tmp_path, {"a.prompt.yaml": prompt_text(), "b.prompt.yaml": prompt_text()})
    where = f"{tmp_path}/a.prompt.yaml:1"
    assert found == [f"b.prompt.yaml:1:1: error: name: the prompt 'answer' is there twice; see {where}."]


@pytest.mark.parametrize("target", ["../secret.md", "link/secret.md"])
def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path, target: str) -> None:
    outside = write(tmp_path / "outside", {"secret.md": "secret"})
    (outside.parent / "secret.md").write_text("secret")
    folder = write(tmp_path / "prompts", {"a.prompt.yaml": prompt_text(content='{% include "parts/a.md" %}')})
    (folder / "parts").mkdir()
    (folder / "parts" / "link").symlink_to(outside)
    (folder / "parts" / "a.md").symlink_to(folder / target if target.startswith("..") else target)
    assert [told(folder, problem) for problem in read([folder]).problems] == [
        "a.prompt.yaml:5:19: error: 'parts/a.md' is a link that leads out of the prompt's folder."
    ]


def test_a_prompt_file_that_is_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"x.prompt.yaml": prompt_text()})
    folder = write(tmp_path / "prompts", {})
    folder.mkdir()
    (folder / "a.prompt.yaml").symlink_to(outside / "x.prompt.yaml")
    reading = read([folder])
    assert (reading.prompts, len(reading.problems)) == ((), 1)


def test_a_folder_is_not_a_part(tmp_path: Path) -> None:
    files = {"a.prompt.yaml": prompt_text(content='{% include "parts" %}'), "parts/a.md": "x"}
    assert problems_of(tmp_path, files) == ["a.prompt.yaml:5:19: error: it is not a file."]


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        (["support.prompt.yaml"], ["support-answer"]),
        (["parts/more.md"], ["support-answer"]),
        (["schemas/answer.json", "README.md"], ["support-answer"]),
        (["deep/down/other.prompt.yaml", "parts/persona.md"], ["other", "support-answer"]),
        (["notes.yaml", "parts/new.md"], []),
        ([], []),
    ],
)
def test_a_change_touches_the_prompts_that_are_made_of_it(tmp_path: Path, changed: list[str], names: list[str]) -> None:
    prompts = read_folder(tmp_path / "app" / "prompts", REPOSITORY).prompts
    found = affected(prompts, [f"app/prompts/{path}" for path in changed], root=tmp_path)
    assert [prompt.name for prompt in found] == names


def test_paths_are_of_the_working_directory_unless_a_root_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "prompts", REPOSITORY)
    monkeypatch.chdir(tmp_path)
    assert [prompt.name for prompt in affected(read().prompts, ["prompts/parts/more.md"])] == ["support-answer"]
