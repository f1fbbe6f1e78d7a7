"""Expected texts are what Liquid gives, written down by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from prompts.exchange import Options, make, take
from prompts.exchange.taking import Read
from prompts.rendering import compile_bundle
from tests.prompts.texts import write

WHOLE = """
model: openai/gpt-5
modelParameters: {temperature: 0.7, max_tokens: 300, top_k: 3}
messages:
  - {role: system, content: "You help {{ company }}."}
  - {role: user, content: "{{input}}", cache: true}
inputs: [{identifier: input, type: str}, {identifier: orders, type: 'list[str]'}]
response_format: {name: answer, schema: {type: object, properties: {text: {type: string}}}}
labels: [production]
"""


def read(folder: Path, text: str) -> Read:
    return take([write(folder, {"supportBot.prompt.yaml": text}) / "supportBot.prompt.yaml"], "", Options())


def translated(folder: Path, template: str) -> Read:
    return read(folder, json.dumps({"model": "m", "messages": [{"role": "user", "content": template}]}))


def rendered(folder: Path, template: str, given: dict[str, Any]) -> str:
    (draft,) = translated(folder, template).drafts
    made = make(draft)
    assert made.problems == ()
    assert made.bundle is not None
    return compile_bundle(made.bundle).render(given)[0]["content"]


def test_a_file_is_taken_over_with_its_settings_variables_and_schema(tmp_path: Path) -> None:
    found = read(tmp_path, WHOLE)
    (draft,) = found.drafts
    assert (draft.name, draft.model) == (
        "support-bot",
        {"model": "openai/gpt-5", "temperature": 0.7, "max_output_tokens": 300},
    )
    assert [(each.role, each.content) for each in draft.messages] == [
        ("system", "You help {{ company }}."),
        ("user", "{{ input }}"),
    ]
    assert draft.variables == {"input": {"type": "string"}, "orders": {"type": "list"}, "company": {"type": "string"}}
    assert draft.schema == {"type": "object", "properties": {"text": {"type": "string"}}}
    assert make(draft).problems == ()
    assert [f"{each.line}: {each.text}" for each in found.problems if "not taken" in each.text] == [
        "9: not taken over: labels.",
        "6: not taken over: messages.cache.",
        "3: not taken over: modelParameters.top_k.",
    ]


@pytest.mark.parametrize(
    ("template", "given", "expected"),
    [
        ("{{ a | upcase }} {{ a | downcase }}", {"a": "Ab"}, "AB ab"),
        ('{{ a | default: "kind" }}', {}, "kind"),
        ("{% unless a %}no{% else %}yes{% endunless %}", {"a": "x"}, "yes"),
        ("{% if a == 'x' %}1{% elsif a == 'y' %}2{% endif %}", {"a": "y"}, "2"),
        ('{% if a contains "b" %}has{% endif %}', {"a": "abc"}, "has"),
        ("{% for o in os %}{{ forloop.index }}{{ o.n }} {% endfor %}", {"os": [{"n": "x"}]}, "1x "),
        ("{% for i in (1..3) %}{{ i }}{% endfor %}{{ a }}", {"a": "."}, "123."),
        ("{% assign b = a | size %}{{ b }}", {"a": "abc"}, "3"),
        ("{{ xs | join }}|{{ xs | join: ', ' }}", {"xs": ["a", "b"]}, "a b|a, b"),
        ("{% comment %}{{ gone }}{% endcomment %}{{ a }}", {"a": "x"}, "x"),
        ("{% raw %}{{ kept }}{% endraw %}{{ a }}", {"a": "x"}, "{{ kept }}x"),
        ("{# is text in Liquid #} {{ a }}", {"a": "x"}, "{# is text in Liquid #} x"),
        ("a  {{- a -}}  b", {"a": "x"}, "axb"),
    ],
)
def test_a_template_means_the_same(tmp_path: Path, template: str, given: dict[str, Any], expected: str) -> None:
    assert rendered(tmp_path, template, given) == expected


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("x\n{% case a %}{% endcase %}", "prompts have no 'case'; they have values, if, for, set and include."),
        ("{% render 'x' %}", "prompts have no 'render'; they have values, if, for, set and include."),
        ("{% for x in xs limit:2 %}{% endfor %}", "a loop goes over all of a list: no limit, offset and reversed."),
        ("{% if a == blank %}{% endif %}", "prompts have no blank and empty; compare with '' or ask for the length."),
        ("{% if a and b or c %}{% endif %}", "Liquid reads and, or from the right; put one if into the other."),
        ("{{ a | truncate: 5 }}", "the filter 'truncate' gives something else here."),
        ("{{ a", "{{ is never closed by }}."),
        ("{% comment %}", "comment is never ended."),
    ],
)
def test_what_has_no_counterpart_is_refused_and_no_half_prompt_is_left(
    tmp_path: Path, template: str, said: str
) -> None:
    found = translated(tmp_path, template)
    assert ([each.text for each in found.problems if each.level == "error"], found.drafts) == ([said], [])


def test_the_line_of_a_refusal_is_the_file_s(tmp_path: Path) -> None:
    text = "model: m\nmessages:\n  - role: user\n    content: |\n      One\n      {% case a %}\n"
    (problem,) = [each for each in read(tmp_path, text).problems if each.level == "error"]
    assert problem.line == 6


def test_what_counts_as_true_only_in_liquid_is_told(tmp_path: Path) -> None:
    told = [each.text for each in translated(tmp_path, "{% if a %}x{% endif %}").problems]
    assert "if a: an empty text, 0 and an empty list count as true in Liquid, and as false here." in told


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("model: m\nmessages: x\n", 2, "messages: it must be a list."),
        ("model: m\nmessages:\n  - {role: user}\n", 3, "messages[0]: there must be a role and a text as content."),
    ],
)
def test_what_is_no_prompt_is_refused(tmp_path: Path, text: str, line: int, said: str) -> None:
    (problem,) = [each for each in read(tmp_path, text).problems if each.level == "error"]
    assert (problem.line, problem.text) == (line, said)


def test_aliases_of_aliases_do_not_grow(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 40)).replace(
        "*b0", "*a"
    )
    found = take([write(tmp_path, {"x.prompt.yaml": f"model: m\n{bomb}"}) / "x.prompt.yaml"], "langwatch", Options())
    assert "it has more than 20,000 values" in found.problems[0].text
