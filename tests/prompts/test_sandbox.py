"""A template reaches nothing of Python, and nobody can make the gateway work for long."""

import pytest

from prompts.rendering import BadTemplate, BadVariables, compile_bundle
from tests.prompts.texts import make_bundle, render

BIG = "x" * 250_000
TOO_MUCH = "too much to do"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ q['__class__'] }}",
        "{{ q|attr('__class__') }}",
        "{{ [q]|map(attribute='__class__')|list }}",
        "{{ [q, q]|sort(attribute='__class__') }}",
        "{{ [q]|selectattr('__class__')|list }}",
        "{{ q.upper }}",
        "{{ q.upper() }}",
        "{{ '{0.__class__}'.format(q) }}",
        "{{ '%s' % q }}",
        "{{ {}.items() }}",
        "{{ self }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler }}{{ lipsum }}",
        "{{ namespace(x=1) }}",
        "{{ range }}",
        "{{ range.__init__ }}",
        "{{ _meter }}",
        "{% set _meter = 1 %}",
        "{% for x in [q] %}{{ loop }}{% endfor %}",
        "{% for x in [q] %}{{ loop.changed }}{% endfor %}",
        "{% for x in [q] %}{{ loop._iterable }}{% endfor %}",
        "{% for x in [q] recursive %}{{ loop([x]) }}{% endfor %}",
        "{% macro m() %}{% endmacro %}",
        "{% import 'a.md' as a %}",
        "{% from 'a.md' import a %}",
        "{% extends 'a.md' %}",
        "{% block a %}{% endblock %}",
        "{% filter upper %}x{% endfilter %}",
        "{% call q() %}{% endcall %}",
        "{% set x %}y{% endset %}",
        "{% include q %}",
        "{% include ['a.md'] %}",
        "{% include 'a.md' ignore missing %}",
        "{% include 'a.md' without context %}",
        "{% include '../a.md' %}",
        "{% include '/etc/passwd' %}",
        "{% include 'C:/a.md' %}",
        "{{ 2 ** 9 }}",
        "{{ 'x' * 1000000000 }}",
        "{{ [1] * 1000000000 }}",
        "{{ 'x'|replace('x', 'y' * 1000000000) }}",
        "{{ ('x' * 1000000000)|length }}",
        "{% if 'x' * 1000000000 is string %}{% endif %}",
        "{{ 9999999999 * 9999999999 }}",
        "{{ range(10 ** 9) }}",
        "{{ 1 / 0 }}",
        "{{ 1.5|round(1000000) }}",
        "{{ q|indent(1000000000) }}",
        "{{ q|center(1000000000) }}",
        "{{ q|replace('', q) }}",
        "{{ q|list }}",
        "{{ " + "(" * 5000,
        "{{ 1" + " + 1" * 20_000 + " }}",
        "{{ " + "[" * 90 + "]" * 90 + " }}",
        "{% if q %}" * 150 + "{% endif %}" * 150,
    ],
)
def test_what_would_leave_the_sandbox_is_refused(text: str) -> None:
    with pytest.raises((BadTemplate, BadVariables)):
        render(text, q="x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for i in range(1000000000) %}{% endfor %}", "range() may have at most 1,000 numbers"),
        ("{% for i in range(999) %}{% for j in range(999) %}{% endfor %}{% endfor %}", TOO_MUCH),
        ("{% for i in range(999) %}{% set y = q|upper %}{% endfor %}", TOO_MUCH),
        ("{% for i in range(999) %}{% set y = q[1:] %}{% endfor %}", TOO_MUCH),
        ("{% for i in range(999) %}{% if q in q %}{% endif %}{% endfor %}", TOO_MUCH),
        ("{% for c in q %}{% endfor %}", TOO_MUCH),
        ("{{ q }}{{ q }}", "more than 400,000 characters"),
        ("{{ q ~ q }}", "more than 400,000 characters"),
        ("{% set x = q + q %}", "more than 400,000 characters"),
        ("{{ q|replace('x', q) }}", "more than 400,000 characters"),
        ("{{ [q, q]|join }}", "more than 400,000 characters"),
        ("{{ range(999)|join(q) }}", "more than 400,000 characters"),
        ("{% set x = 'xx' %}" + "{% set x = x ~ x %}" * 40, "more than 400,000 characters"),
    ],
)
def test_what_would_take_long_or_grow_without_bound_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadVariables) as refused:
        render(text, q=BIG)
    assert said in refused.value.detail


NESTED = {"a": [{"b": [[1, 2, 3, 4, 5, 6, 7, 8, 9] for _ in range(90)]} for _ in range(20)]}
OFTEN = "{% for i in range(999) %}{% for j in range(5) %}"
DOUBLED = "{% set x = [x, x] %}{% set y = [y, y] %}" * 24


@pytest.mark.parametrize(
    "text",
    [
        "{% if o == p %}{% endif %}",
        "{% if o in [p] %}{% endif %}",
        "{% if o is eq p %}{% endif %}",
        "{% if o is in [p] %}{% endif %}",
        "{% set x = [o.a, p.a]|sort %}",
        "{% set x = [o.a, p.a]|max %}",
        "{% set x = [o]|select('eq', p) %}",
        "{% set x = o|tojson|length %}",
        "{% set x = [o]|join|length %}",
        "{% set x = (o ~ '')|length %}",
    ],
)
def test_what_looks_into_a_value_costs_by_all_that_is_in_it(text: str) -> None:
    with pytest.raises(BadVariables, match=TOO_MUCH):
        render(OFTEN + text + "{% endfor %}{% endfor %}", o=NESTED, p=NESTED)


@pytest.mark.parametrize(
    "text", ["{{ x }}", "{% if x == y %}{% endif %}", "{% set z = x ~ '' %}", "{% set z = x|tojson %}"]
)
def test_what_holds_itself_many_times_over_is_never_written_out(text: str) -> None:
    with pytest.raises(BadVariables, match=TOO_MUCH):
        render("{% set x = q %}{% set y = q %}" + DOUBLED + text, q=[1])


@pytest.mark.parametrize(
    "text", ["q|select('in', q)", "q|map(attribute='x')|list", "range(999)|sum", "s|max", "s|unique", "s|wordcount"]
)
def test_what_goes_through_items_costs_by_their_number(text: str) -> None:
    with pytest.raises(BadVariables, match=TOO_MUCH):
        render(f"{{% for i in range(999) %}}{{% set x = {text} %}}{{% endfor %}}", q=[{"x": 1}] * 999, s="a b " * 9999)


def test_what_looks_at_a_value_from_outside_costs_little() -> None:
    text = "{{ o.a|length }}{{ o.a|first|length }}{% if o is mapping %}{% endif %}{% if o.a[i] is defined %}{% endif %}"
    assert render("{% for i in range(900) %}" + text + "{% endfor %}", o=NESTED).startswith("201201")


def test_a_prompt_of_twenty_long_sources_has_room() -> None:
    source = {"id": "s", "title": "A title", "text": "word " * 1600, "kind": "faq", "tags": ["a", "b", "c"]}
    text = (
        "{% for s in q|sort(attribute='id') %}{{ loop.index }} of {{ q|length }}: {% if s.kind == 'faq' %}"
        "{{ s.title|upper }}{% endif %}{{ s.text|trim }}{{ s.tags|join(', ') }}{% if 'a' in s.tags %}!{% endif %}"
        "{% endfor %}{{ q|selectattr('kind', 'eq', 'faq')|map(attribute='id')|join(', ') }}{% if q == [] %}-{% endif %}"
    )
    assert render(text, q=[source] * 20).endswith("!" + ", ".join("s" * 20))


def test_where_no_variable_is_given_the_template_is_to_blame() -> None:
    with pytest.raises(BadTemplate, match=TOO_MUCH):
        render("{% for i in range(999) %}{% for j in range(999) %}{% endfor %}{% endfor %}")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"a.md": '{% include "a.md" %}'}, "a.md:1: parts include each other: a.md → a.md."),
        (
            {"a.md": '\n{% include "b.md" %}', "b.md": '{% include "c.md" %}', "c.md": '{% include "a.md" %}'},
            "c.md:1: parts include each other: a.md → b.md → c.md → a.md.",
        ),
        ({"a.md": "{% include 'b.md' %}" * 30, "b.md": "{% include 'c.md' %}" * 30, "c.md": "x"}, "931 parts"),
        ({"a.md": "{% include 'b.md' %}" * 9, "b.md": "x" * 90_000}, "810,"),
        (
            {
                "a.md": "{% for i in q %}{% include 'b.md' %}{% endfor %}",
                "b.md": "{% for i in q %}" * 3 + "{% endfor %}" * 3,
            },
            "loops may be nested 3 deep, not 4.",
        ),
        ({"a.md": "{% for i in q %}" * 4 + "{% endfor %}" * 4}, "loops may be nested 3 deep, not 4."),
    ],
)
def test_parts_that_would_repeat_without_bound_are_refused(parts: dict[str, str], said: str) -> None:
    bundle = make_bundle('{% include "a.md" %}', parts=parts, variables={"q": {"type": "list"}})
    with pytest.raises(BadTemplate) as refused:
        compile_bundle(bundle)
    assert said in refused.value.detail
