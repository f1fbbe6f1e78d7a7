"""Expected texts are what promptfoo sends, written down by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from prompts.exchange import Draft, Options, make, take
from prompts.exchange.naming import name_of
from prompts.exchange.taking import Read
from prompts.rendering import compile_bundle
from tests.prompts.texts import write

CONFIG = "promptfooconfig.yaml"
REAL = Path(__file__).resolve().parents[3] / "shared/data/formats/promptfoo" / CONFIG


def read(folder: Path, config: str, **files: str) -> Read:
    write(folder, {CONFIG: config, **{name.replace("__", "."): text for name, text in files.items()}})
    return take([folder / CONFIG], "", Options())


def drafts(folder: Path, config: str, **files: str) -> dict[str, Draft]:
    return {draft.name: draft for draft in read(folder, config, **files).drafts}


def told(found: Read) -> list[str]:
    return [f"{each.path.name}:{each.line}: {each.text}" for each in found.problems]


def rendered(folder: Path, template: str, given: dict[str, Any]) -> str:
    config = json.dumps({"prompts": [{"raw": template, "label": "p"}], "tests": [{"vars": given}]})
    made = make(drafts(folder, config)["p"])
    assert made.problems == ()
    assert made.bundle is not None
    return compile_bundle(made.bundle).render(given)[0]["content"]


@pytest.mark.parametrize(
    ("template", "given", "expected"),
    [
        ("Order {{n}} for {{ name }}.", {"n": 3, "name": "Ann"}, "Order 3 for Ann."),
        ("{% if a === 'x' %}1{% elseif a !== 'y' %}2{% else %}3{% endif %}", {"a": "z"}, "2"),
        ("{{ xs }} {{ xs.length }}", {"xs": [1, 2]}, "1,2 2"),
        ("{{ o | dump }}", {"o": {"a": 1}}, '{"a": 1}'),
        ("{% for k, v in o %}{{ k }}={{ v }};{% endfor %}", {"o": {"a": 1}}, "a=1;"),
        ("{{ 'yes' if a }}!", {"a": ""}, "!"),
        ("{{ a | safe | upper }}", {"a": "<b>"}, "<B>"),
        ("{# gone #}{{ a }}", {"a": "x"}, "x"),
        ("{% raw %}{{ kept }}{% endraw %} {{ a }}", {"a": "x"}, "{{ kept }} x"),
        ("{% set b = a %}{{ b }}", {"a": "x"}, "x"),
    ],
)
def test_a_template_means_the_same(tmp_path: Path, template: str, given: dict[str, Any], expected: str) -> None:
    assert rendered(tmp_path, template, given) == expected


def test_prompts_come_from_everywhere_a_configuration_names(tmp_path: Path) -> None:
    config = """
prompts:
  - 'In one line: {{question}}'
  - {id: polite, raw: 'Please: {{question}}'}
  - {id: file://chat.json, label: Two Roles}
  - file://many.txt
  - chat.yaml
  - file://*.md
"""
    chat = '[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{question}}"}]'
    files = {"chat__json": chat, "many__txt": "One {{a}}\n---\nTwo {{b}}\n", "b__md": "B", "a__md": "A"}
    found = drafts(tmp_path, config, **files, chat__yaml="- role: user\n  content: |\n    Hello.\n")
    assert {name: [(each.role, each.content) for each in draft.messages] for name, draft in found.items()} == {
        f"{name_of(tmp_path.name)}-1": [("user", "In one line: {{ question }}")],
        "polite": [("user", "Please: {{ question }}")],
        "two-roles": [("system", "Be kind."), ("user", "{{ question }}")],
        "many-1": [("user", "One {{ a }}")],
        "many-2": [("user", "Two {{ b }}")],
        "chat": [("user", "Hello.\n")],
        "a": [("user", "A")],
        "b": [("user", "B")],
    }
    assert (found["many-2"].path.name, found["many-2"].line) == ("many.txt", 3)


def test_variables_have_the_types_of_the_tests_and_what_one_goes_without_is_optional(tmp_path: Path) -> None:
    config = """
prompts: [{label: p, raw: '{{a}} {{b}} {{c}} {% for d in ds %}{{ d.x }}{% endfor %} {{e}} {{ unknown }}'}]
defaultTest: {vars: {a: 1}}
tests:
  - vars: {b: true, c: [one, two], ds: [{x: 1}], unused: 1}
  - vars: {b: false, c: one, ds: [], e: text, unknown: x}
"""
    assert drafts(tmp_path, config)["p"].variables == {
        "a": {"type": "integer"},
        "b": {"type": "boolean"},
        "c": {"type": "string"},
        "ds": {"type": "list"},
        "e": {"type": "string", "default": ""},
        "unknown": {"type": "string", "default": ""},
    }


def test_one_provider_gives_model_settings_and_schema(tmp_path: Path) -> None:
    config = """
prompts: [{label: p, raw: Hello.}]
providers:
  - id: openai:chat:gpt-4o-mini
    config:
      temperature: 0.2
      max_tokens: 50
      apiKey: sk-secret
      response_format: {type: json_schema, json_schema: {name: a, schema: {type: object}}}
"""
    found = read(tmp_path, config)
    (draft,) = found.drafts
    assert draft.model == {"model": "gpt-4o-mini", "temperature": 0.2, "max_output_tokens": 50}
    assert draft.schema == {"type": "object"}
    assert "not taken over: providers.config.apiKey." in "".join(told(found))
    assert "sk-secret" not in "".join(told(found))


def test_of_several_providers_none_is_taken(tmp_path: Path) -> None:
    found = read(tmp_path, "prompts: [Hello.]\nproviders: [openai:gpt-4o, openai:gpt-5]\n")
    assert found.drafts[0].model == {}
    assert told(found) == [f"{CONFIG}:2: 2 providers: which of them answers is not taken over."]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("file://make.js", "'make.js' is a program that makes a prompt; write down the text it gives."),
        ("file://make.py:build", "'make.py:build' is a program that makes a prompt; write down the text it gives."),
        ("exec:make", "'exec:make' is made by a program or kept elsewhere; write down the text it gives."),
        ("file://gone.txt", "there is no file 'gone.txt'."),
        ("file://../../../../../etc/passwd", "'../../../../../etc/passwd' leads out of"),
        ("file:///etc/passwd", "'/etc/passwd' leads out of"),
        ("file://rows.csv", "rows.csv: prompts are taken from"),
        ("Hello {{ name", "{{ is never closed by }}."),
        ("Hello {{ env.TOKEN }}", "prompts read nothing of the environment; make it a variable."),
        ("file://object.json", "it must hold a list of messages, each with role and content."),
        ("file://picture.json", "a message's content is text; pictures and files come with the call."),
        ("file://tools.json", "messages have role and content, not tool_calls."),
        ("5", "a prompt is a text, a file, or an object with id or raw."),
    ],
)
def test_what_cannot_be_taken_over_is_told_with_its_place(tmp_path: Path, prompt: str, said: str) -> None:
    files = {
        "rows__csv": "prompt\nx\n",
        "object__json": '{"a": 1}',
        "picture__json": '[{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]',
        "tools__json": '[{"role": "assistant", "content": "", "tool_calls": []}]',
    }
    quoted = prompt if prompt == "5" else json.dumps(prompt)
    found = read(tmp_path, f"prompts:\n  - Fine.\n  - {quoted}\n", **files)
    errors = [each.text for each in found.problems if each.level == "error"]
    assert [each.startswith(said) for each in errors] == [True]
    assert len(found.drafts) == 1


def test_a_filter_that_prompts_have_not_is_refused_at_its_line(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, "prompts:\n  - |\n    One\n    {{ a | urlencode }}\n").drafts
    (problem,) = make(draft).problems
    assert (problem.line, problem.text[:31]) == (4, "there is no filter 'urlencode';")


def test_what_is_for_suites_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, "prompts: [Hello.]\ntests: file://cases.csv\noutputPath: x.json\n")
    assert told(found) == [
        f"{CONFIG}:2: tests: a suite in evals/ takes them as they are.",
        f"{CONFIG}:3: not taken over: outputPath.",
    ]


@pytest.mark.skipif(not REAL.exists(), reason="needs the shared data")
def test_a_real_configuration_is_taken_over() -> None:
    found = take([REAL], "", Options())
    texts = {draft.name: draft.messages[0].content for draft in found.drafts}
    assert texts["terse"] == "Reply about order id={{ n }} for {{ name }} in one line."
    assert [make(draft).problems for draft in found.drafts] == [(), ()]


@pytest.mark.parametrize(
    ("template", "given", "expected"),
    [
        ("You are {{ persona | default('kind') }} {{ x }}.", {"x": "1"}, "You are kind 1."),
        ("{% set whom = persona %}{{ whom | default('you') }}", {}, "you"),
        ("{% if persona is defined %}a{% else %}b{% endif %}", {}, "b"),
        ("{{ n | default(3) }}", {}, "3"),
        ("{{ persona }}{{ persona | trim | default('kind') }}!", {}, "!"),
    ],
)
def test_what_a_test_goes_without_is_what_the_template_has_for_it(
    tmp_path: Path, template: str, given: dict[str, str], expected: str
) -> None:
    tests = [{"vars": {"x": "1"}}, {"vars": {"x": "2", "persona": "rude", "n": 5}}]
    config = json.dumps({"prompts": [{"raw": template, "label": "p"}], "tests": tests})
    bundle = make(drafts(tmp_path, config)["p"]).bundle
    assert bundle is not None
    assert compile_bundle(bundle).render(given)[0]["content"] == expected
