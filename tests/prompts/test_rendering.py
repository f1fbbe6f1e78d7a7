from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.bundle import Bundle
from prompts.rendering import BadTemplate, BadVariables, Compiled, compile_bundle
from tests.prompts.texts import QUESTION, make_bundle, render

SOURCES = [{"id": "faq", "text": "A & B"}, {"id": "terms", "text": "<b>"}]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner))
EVERY_TYPE = {
    name: {"type": name, "required": False} for name in ("string", "number", "integer", "boolean", "list", "object")
}
EVERY_USE = """{% if string is defined %}{{ string|upper|truncate(9) }}{% endif %}
{% for each in list|default([]) %}{{ loop.index }}{{ each }}{{ each.name }}{% endfor %}
{% for name, value in object|default({})|items %}{{ name ~ value }}{% endfor %}
{{ number|default(1) / integer|default(1) }}{{ boolean|default(true) }}"""
COMPILED = compile_bundle(make_bundle(EVERY_USE, variables=EVERY_TYPE))


def test_messages_come_with_their_roles_in_order() -> None:
    messages = [{"role": "system", "content": "Be {{ tone }}."}, {"role": "user", "content": "{{ question }}"}]
    variables = {**QUESTION, "tone": {"type": "string", "default": "calm"}}
    compiled = compile_bundle(Bundle.parse({"messages": messages, "variables": variables}))
    assert compiled.render({"question": "Why?"}) == [
        {"role": "system", "content": "Be calm."},
        {"role": "user", "content": "Why?"},
    ]


@pytest.mark.parametrize(
    ("text", "given", "shown"),
    [
        ("{% for s in sources %}[{{ s.id }}] {{ s['text'] }}\n{% endfor %}", {"sources": SOURCES}, None),
        ("{{ sources }}", {"sources": ["é", 1, None, True]}, '["é", 1, null, true]'),
        ("{{ yes }} {{ n }} {{ x }}", {"yes": True, "n": 3, "x": 0.5}, "true 3 0.5"),
        ("{{ o.name }}{{ o.items }}", {"o": {"name": "N", "items": "its own"}}, "Nits own"),
        ("{{ xs|map(attribute='id')|join(', ') }}", {"xs": SOURCES}, "faq, terms"),
        ("{{ xs|selectattr('id', 'eq', 'faq')|first|tojson }}", {"xs": SOURCES}, '{"id": "faq", "text": "A & B"}'),
        ("{% for i in range(3) %}{{ i }}{% endfor %}", {}, "012"),
        ("{% set t = q|trim %}{{ t ~ '!' }}", {"q": " x "}, "x!"),
        ("{{ 'a' if q else 'b' }}{{ q[:2] }}", {"q": "xyz"}, "axy"),
        ("{% for x in xs if x > 1 %}{{ loop.last }}{% else %}none{% endfor %}", {"xs": [1]}, "none"),
        ("{{ q|replace('a', 'b')|indent(2, true) }}", {"q": "a\na"}, "  b\n  b"),
        ("{% raw %}{{ x }}{% endraw %}{# not told #}", {}, "{{ x }}"),
    ],
)
def test_the_language_of_templates(text: str, given: dict[str, Any], shown: str | None) -> None:
    assert render(text, **given) == (shown or "[faq] A & B\n[terms] <b>\n")


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% include 'a.md' %}", "{{ question }}", "{% raw %}", "{#", "${x}"])
def test_what_callers_give_is_never_a_template(text: str) -> None:
    assert render("{{ question }}", question=text) == text
    assert render("{{ xs[0] }}", xs=[text]) == text


def test_parts_stand_where_they_are_included_and_include_others() -> None:
    parts = {"parts/a.md": 'A {% include "parts/b.md" %}\n', "parts/b.md": "B {{ question }}\n"}
    bundle = make_bundle('{% include "parts/a.md" %}\n{% include "parts/b.md" %}', parts=parts)
    assert compile_bundle(bundle).render({"question": "?"})[0]["content"] == "A B ?\nB ?"


def test_a_part_sees_what_the_loop_around_it_sets() -> None:
    text = '{% for source in sources %}{% include "one.md" %}{% endfor %}'
    bundle = make_bundle(text, parts={"one.md": "{{ source.id }} "}, variables={"sources": {"type": "list"}})
    assert compile_bundle(bundle).render({"sources": SOURCES})[0]["content"] == "faq terms "


@pytest.mark.parametrize(
    ("declared", "given", "said"),
    [
        (QUESTION, {}, "Missing: question."),
        (QUESTION, {"question": None}, "Missing: question."),
        (QUESTION, {"question": "x", "qestion": "x"}, "The prompt has no variable 'qestion'; did you mean question?"),
        (QUESTION, {"question": 5}, "question: it must be of type string, not 5."),
        ({"question": {"type": "number"}}, {"question": True}, "question: it must be of type number, not True."),
        ({"question": {"type": "number"}}, {"question": float("inf")}, "question: inf is not a number that JSON has."),
        ({"question": {"type": "integer"}}, {"question": 10**5000}, "question: a whole number must fit into 64 bits."),
        ({"question": {"type": "list"}}, {"question": {}}, "question: it must be of type list, not an object."),
        ({"question": {"type": "list"}}, {"question": [0] * 1001}, "question: a list may have at most 1,000 items"),
        ({"question": {"type": "list"}}, {"question": [object()]}, "question: object is not a kind of value"),
        ({"question": {"type": "object"}}, {"question": {1: 2}}, "question: 1 is not text"),
        (QUESTION, {"question": "x" * 256_001}, "The variables have 256,001 characters; 256,000 are the most."),
        (QUESTION, {"question": "\ud800"}, "question: half of a surrogate pair is not text."),
    ],
)
def test_variables_that_do_not_fit_are_refused_by_name(
    declared: dict[str, Any], given: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadVariables) as refused:
        compile_bundle(make_bundle(variables=declared)).render(given)
    assert refused.value.detail.startswith(said)
    assert (refused.value.status, refused.value.code) == (HTTPStatus.BAD_REQUEST, "invalid_variables")


def test_a_list_in_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(BadVariables, match="32 deep"):
        render("{{ xs }}", xs=endless)


def test_what_a_template_needs_and_the_caller_left_out_is_the_callers_to_give() -> None:
    with pytest.raises(BadVariables, match="an object was given without “title”, which the template asks of it"):
        render("{{ o.title }}", o={"name": "x"})


def test_a_variable_that_may_be_left_out_is_undefined() -> None:
    variables = {"tone": {"type": "string", "required": False}}
    assert render("{{ tone|default('calm') }}{% if tone is defined %}!{% endif %}", variables) == "calm"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ question", "messages[0]:1: unexpected end of template"),
        ("\n{% if %}", "messages[0]:2: expected an expression"),
        ("{{ qestion }}", "messages[0]:1: there is no variable 'qestion'; did you mean question?"),
        ("{{ question|uper }}", "messages[0]:1: there is no filter 'uper'; did you mean upper?"),
        ("{{ question is blank }}", "messages[0]:1: there is no test 'blank'"),
        ('{% include "parts/b.md" %}', "messages[0]:1: there is no part 'parts/b.md'; did you mean parts/a.md?"),
        ("{{ loop.index }}", "messages[0]:1: there is no variable 'loop'"),
    ],
)
def test_a_template_that_is_wrong_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        compile_bundle(make_bundle(text, parts={"parts/a.md": "A"}))
    assert refused.value.detail.startswith(said)
    assert refused.value.code == "invalid_template"


@given(st.dictionaries(st.sampled_from([*EVERY_TYPE, "other"]), ANYTHING))
def test_arbitrary_variables_are_rendered_or_refused(given: dict[str, Any]) -> None:
    assert _rendered(COMPILED, given) in ("rendered", "BadVariables", "BadTemplate")


@given(st.text())
def test_an_arbitrary_template_is_compiled_or_refused(text: str) -> None:
    assert _outcome(f"x{text}", {}) in ("rendered", "BadVariables", "BadTemplate")


@given(st.lists(st.sampled_from(["{{", "}}", "{%", "%}", " for ", " in ", "string", "|", "(", ")", "[", "if", "else"])))
def test_a_template_of_shuffled_words_is_compiled_or_refused(words: list[str]) -> None:
    assert _outcome("x" + "".join(words), {"string": "x"}) in ("rendered", "BadVariables", "BadTemplate")


def test_settings_stand_as_a_chat_completion_names_them() -> None:
    bundle = make_bundle(
        model={"chain": "default", "temperature": 0.2, "max_output_tokens": 9, "stop": "END"},
        output={"schema": {"type": "object"}},
    )
    assert compile_bundle(bundle).settings == {
        "model": "default",
        "temperature": 0.2,
        "max_completion_tokens": 9,
        "stop": ["END"],
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}},
    }


def test_one_compiled_prompt_serves_many_threads() -> None:
    compiled = compile_bundle(make_bundle('{% include "a.md" %}', parts={"a.md": "{{ question }}"}))
    with ThreadPoolExecutor(8) as threads:
        rendered = threads.map(lambda number: compiled.render({"question": str(number)})[0]["content"], range(200))
    assert list(rendered) == [str(number) for number in range(200)]


def _outcome(text: str, given: dict[str, Any]) -> str:
    try:
        compiled = compile_bundle(make_bundle(text.replace("\0", ""), variables=EVERY_TYPE))
    except BadTemplate:
        return "BadTemplate"
    return _rendered(compiled, given)


def _rendered(compiled: Compiled, given: dict[str, Any]) -> str:
    try:
        compiled.render(given)
    except (BadVariables, BadTemplate) as refused:
        return type(refused).__name__
    return "rendered"
