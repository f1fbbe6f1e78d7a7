"""Expected texts are what dotprompt's own documents and its reference renderer say, written down by hand."""

from pathlib import Path
from typing import Any

import pytest

from prompts.exchange import Draft, Options, make, take
from prompts.rendering import compile_bundle
from tests.prompts.texts import write


def taken(folder: Path, body: str, head: str = "", **others: str) -> tuple[Draft, list[str]]:
    front = f"---\n{head.strip()}\n---\n" if head else ""
    write(folder, {"answer.prompt": front + body, **{f"_{name}.prompt": text for name, text in others.items()}})
    read = take([folder / "answer.prompt"], "", Options())
    (draft,) = read.drafts
    return draft, [f"{problem.line}: {problem.text}" for problem in read.problems]


def rendered(folder: Path, body: str, head: str = "", given: dict[str, Any] | None = None, **others: str) -> str:
    draft, _ = taken(folder, body, head, **others)
    made = make(draft)
    assert made.problems == ()
    assert made.bundle is not None
    return compile_bundle(made.bundle).render(given or {})[0]["content"]


def refused(folder: Path, body: str, head: str = "", **others: str) -> str:
    front = f"---\n{head.strip()}\n---\n" if head else ""
    write(folder, {"answer.prompt": front + body, **{f"_{name}.prompt": text for name, text in others.items()}})
    read = take([folder / "answer.prompt"], "", Options())
    assert read.drafts == []
    (problem,) = [each for each in read.problems if each.level == "error"]
    return f"{problem.line}: {problem.text}"


ITEMS = "input:\n  schema:\n    items(array):\n      title: string\n      note?: string"
ABC = {"items": [{"title": "a"}, {"title": "b", "note": "n"}, {"title": "c"}]}


@pytest.mark.parametrize(
    ("body", "given", "expected"),
    [
        ("Hello, {{name}}!", {"name": "<b>Pavel</b>"}, "Hello, <b>Pavel</b>!"),
        ("Hello, {{{name}}} and {{& name}}!", {"name": "<b>"}, "Hello, <b> and <b>!"),
        ("From {{address.city}}.", {"address": {"city": "Bern"}}, "From Bern."),
        ("From {{address.city}}.", {"address": {}}, "From ."),
        ("{{#if a}}yes{{else}}no{{/if}}", {"a": True}, "yes"),
        ("{{#if a}}yes{{else}}no{{/if}}", {}, "no"),
        ("{{#unless a}}no{{/unless}}", {}, "no"),
        ("{{#if a}}1{{else if b}}2{{else}}3{{/if}}", {"b": True}, "2"),
        ("{{^a}}no{{/a}}", {}, "no"),
        ("{{#each xs}}{{this}};{{/each}}", {"xs": ["a", "b"]}, "a;b;"),
        ("{{#each xs}}{{@index}}{{#unless @last}},{{/unless}}{{/each}}", {"xs": ["a", "b"]}, "0,1"),
        ("{{#each xs}}{{@key}}={{this}} {{/each}}", {"xs": {"a": 1, "b": 2}}, "a=1 b=2 "),
        ("{{#each xs}}x{{else}}none{{/each}}", {"xs": []}, "none"),
        ("{{#each xs as |x i|}}{{i}}{{x}}{{/each}}", {"xs": ["a"]}, "0a"),
        ("{{#each xs}}{{../name}}{{@root.name}}{{/each}}", {"xs": [1], "name": "n"}, "nn"),
        ("{{#with user}}{{name}}{{else}}nobody{{/with}}", {"user": {"name": "Ann"}}, "Ann"),
        ('{{#ifEquals a "x"}}same{{else}}other{{/ifEquals}}', {"a": "x"}, "same"),
        ('{{#unlessEquals a "x"}}other{{/unlessEquals}}', {"a": "y"}, "other"),
        ("{{json a}}", {"a": "x"}, '"x"'),
        (r"As \{{name}} it is, {{name}}.", {"name": "n"}, "As {{name}} it is, n."),
        ("Jinja's {% if %} and {# note #} {{name}}", {"name": "n"}, "Jinja's {% if %} and {# note #} n"),
        ('{"name": {{name}} }', {"name": "n"}, '{"name": n }'),
        ("a {{~ name ~}} b", {"name": "n"}, "anb"),
        ("{{! gone }}{{!-- {{gone}} too --}}x{{name}}", {"name": "n"}, "xn"),
    ],
)
def test_a_template_means_the_same(tmp_path: Path, body: str, given: dict[str, Any], expected: str) -> None:
    assert rendered(tmp_path, body, "", given) == expected


def test_tags_alone_on_a_line_take_the_line_away(tmp_path: Path) -> None:
    body = "Items:\n{{#each items}}\n  - {{title}}{{#if note}} ({{note}}){{/if}}\n{{/each}}\nEnd.\n"
    assert rendered(tmp_path, body, ITEMS, ABC) == "Items:\n  - a\n  - b (n)\n  - c\nEnd."


def test_and_keep_their_line_in_the_template_where_that_comes_to_the_same(tmp_path: Path) -> None:
    draft, _ = taken(tmp_path, "{{#if a}}\nyes\n{{/if}}\nend", "")
    assert draft.messages[0].content == "{% if a -%}\nyes\n{% endif -%}\nend\n"


def test_roles_begin_messages(tmp_path: Path) -> None:
    body = '{{role "system"}}\nBe kind.\n{{role "user"}}\n{{question}}\n{{role "model"}}\nYes.'
    draft, _ = taken(tmp_path, body)
    found = [(each.role, each.content) for each in draft.messages]
    assert found == [("system", "Be kind."), ("user", "{{ question }}"), ("assistant", "Yes.")]


@pytest.mark.parametrize(
    ("partials", "body", "expected"),
    [
        ({"greeting": "Hello from a partial!"}, "{{> greeting}} Main.", "Hello from a partial! Main."),
        ({"g": "Welcome back, {{name}}!"}, "{{> g name=username}}", "Welcome back, Alice!"),
        ({"a": "Hello from {{> b}}!", "b": "inside"}, "{{> a}}{{username}}", "Hello from inside!Alice"),
        ({"g": "{{!-- licence --}}\nHello, {{name}}!\n"}, '{{> g name="World"}}\n{{username}}', "Hello, World!\nAlice"),
        ({"g": "# not a comment\nContent.\n"}, "{{> g}}\n{{username}}", "# not a comment\nContent.\nAlice"),
        ({"g": "{{city}}"}, "{{> g user}}{{username}}", "BernAlice"),
    ],
)
def test_partials_become_parts_or_stand_in_place(
    tmp_path: Path, partials: dict[str, str], body: str, expected: str
) -> None:
    head = "input: {schema: {username: string, 'user?': {city: string}}}"
    given = {"username": "Alice", "user": {"city": "Bern"}}
    assert rendered(tmp_path, body, head, given, **partials) == expected


def test_a_partial_without_values_of_its_own_is_a_part(tmp_path: Path) -> None:
    draft, _ = taken(tmp_path, "{{> rules}}\nGo.", rules="Be short.\n")
    assert dict(draft.parts) == {"parts/rules.md": "Be short.\n"}
    assert draft.messages[0].content == '{% include "parts/rules.md" %}\nGo.\n'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("a\n{{media url=photo}}", "2: media: pictures and files come with the call, not with the prompt."),
        ("a\n{{shout name}}", "2: the helper 'shout' is a program's own, and has no counterpart."),
        ("{{#list items}}x{{/list}}", "1: the helper 'list' is a program's own, and has no counterpart."),
        ("{{history}}\nNow answer.", "1: history: the conversation comes with the call"),
        ('{{section "code"}}', "1: section: sections are filled by a program"),
        ('{{#if a}}{{role "user"}}{{/if}}', "1: role: a role begins a message"),
        ('{{role "tool"}}x', "1: a message is of system, user or model, not of 'tool'."),
        ("{{> gone}}", "1: there is no partial 'gone': no file _gone.prompt beside this one."),
        ("{{> ../x}}", "1: the partial '../x' leads out of the folder."),
        ("{{> self}}", "1: partial self, line 1: partials include each other: self → self."),
        ("{{#if a}}x", "1: if is never closed."),
        ("{{/if}}", "1: /if closes what is not open."),
        ("x\n{{name", "2: {{ is never closed by }}."),
        ("{{json (helper x)}}", "1: 'json (helper x)' cannot be read"),
        ("{{@secret}}", "1: @secret has no counterpart here."),
        ("{{../x}}", "1: '../x' leads out of the template."),
        ("{{#thing}}x{{/thing}}", "1: {{#thing}} may mean three things; write #if, #each or #with."),
        ("{{{{raw}}}}x{{{{/raw}}}}", "1: raw blocks"),
        ("{{#if a}}" * 60, "1: blocks may be nested 40 deep."),
        ('{{#*inline "x"}}{{/inline}}', "1: '#*inline \"x\"': partials within a template have no counterpart"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_line(tmp_path: Path, body: str, told: str) -> None:
    assert refused(tmp_path, body, self="{{> self}}").startswith(told)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    assert refused(tmp_path, "\nx\n{{media url=a}}", "model: m").startswith("6: media")


def test_the_frontmatter_becomes_settings_variables_and_a_schema(tmp_path: Path) -> None:
    head = """
model: googleai/gemini-2.5-flash
config: {temperature: 0.3, topP: 0.9, maxOutputTokens: 100, stopSequences: [END], topK: 5}
input:
  default: {name: Guest}
  schema:
    name?: string
    age?: integer
    tags(array): string
    vip: boolean
    extra?: any
output:
  schema:
    greeting: string, what is said
    mood(enum): [GOOD, BAD]
    note?: string
    more(object):
      (*): any
tools: [clock]
"""
    draft, told = taken(tmp_path, "{{name}} {{age}} {{tags}} {{#if vip}}{{extra}}{{/if}} {{other}}", head)
    assert draft.model == {
        "model": "googleai/gemini-2.5-flash", "temperature": 0.3, "top_p": 0.9, "max_output_tokens": 100,
        "stop": ["END"],
    }  # fmt: skip
    assert draft.variables == {
        "name": {"type": "string", "default": "Guest"},
        "age": {"type": "integer", "required": False},
        "tags": {"type": "list"},
        "vip": {"type": "boolean"},
        "extra": {"type": "string", "default": ""},
        "other": {"type": "string"},
    }
    assert draft.schema == {
        "type": "object",
        "properties": {
            "greeting": {"type": "string", "description": "what is said"},
            "mood": {"enum": ["GOOD", "BAD"]},
            "note": {"type": ["string", "null"]},
            "more": {"type": "object", "properties": {}, "additionalProperties": {}},
        },
        "required": ["greeting", "mood", "more"],
        "additionalProperties": False,
    }
    assert make(draft).problems == ()
    assert "3: not taken over: config.topK." in told
    assert "19: not taken over: tools." in told


def test_a_list_is_written_with_commas_and_what_is_not_given_as_nothing(tmp_path: Path) -> None:
    head = "input: {schema: {'tags(array)': string, 'age?': integer}}"
    assert rendered(tmp_path, "{{tags}}|{{age}}|", head, {"tags": ["a", "b"]}) == "a,b||"


def test_a_schema_that_a_program_has_is_told_or_refused(tmp_path: Path) -> None:
    _, told = taken(tmp_path, "{{x}}", "input: {schema: MyInput}")
    assert "2: input.schema: the schema 'MyInput' is registered in a program" in told[0]
    assert refused(tmp_path, "x", "output: {schema: MyOutput}").startswith("2: output.schema: the schema 'MyOutput'")


def test_a_variant_is_part_of_the_name(tmp_path: Path) -> None:
    write(tmp_path, {"greetUser.formal.prompt": "Hello."})
    assert [draft.name for draft in take([tmp_path], "", Options()).drafts] == ["greet-user.formal"]


def test_a_frontmatter_that_is_no_yaml_is_refused_at_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "x", "model: m\nconfig: [").startswith("4: ")
