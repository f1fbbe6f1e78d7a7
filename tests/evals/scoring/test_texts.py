import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import pytest

from evals.scoring.checks import Output
from evals.scoring.grading import grade
from evals.suites.model import Assertion, Case
from tests.evals.scoring.asking import check, verdict


@pytest.mark.parametrize(
    ("output", "value", "expected"),
    [
        ("Hello", "Hello", "pass"),
        ("hello", "Hello", "fail"),
        (" Hello", "Hello", "fail"),
        ("true", True, "pass"),
        ("True", True, "fail"),
        ("42", 42, "pass"),
        ("42.0", 42, "fail"),
        ("42", 42.0, "pass"),
        ("3", 3.0, "pass"),
        ("line", "line\n", "fail"),
        ("", "", "pass"),
        ('{"b": [1, 2], "a": 1.0}', {"a": 1, "b": [1.0, 2]}, "pass"),
        ('{"a": true}', {"a": 1}, "fail"),
        ('{"a": 1, "b": 2}', {"a": 1}, "fail"),
        ("[1, 2]", [1, 2], "pass"),
        ("[2, 1]", [1, 2], "fail"),
        ("no json", {"a": 1}, "fail"),
        ("x", None, "unscored"),
    ],
)
def test_equals(output: str, value: Any, expected: str) -> None:
    assert verdict(output, "equals", value) == expected


def test_what_is_no_json_is_not_equal_to_an_object() -> None:
    assert verdict("no json", "not-equals", {"a": 1}) == "pass"


@pytest.mark.parametrize(
    ("type_", "output", "value", "expected"),
    [
        ("contains", "Order 7 is confirmed", "is confirmed", "pass"),
        ("contains", "Order 7", "order", "fail"),
        ("contains", "it costs 42 euros", 42, "pass"),
        ("contains", "anything", "", "unscored"),
        ("contains", "a\u0301", "á", "fail"),
        ("not-contains", "Order 7", "order", "pass"),
        ("icontains", "ORDER 7", "order", "pass"),
        ("icontains", "GRÖSSE", "Größe", "fail"),
        ("icontains", "GRÖßE", "größe", "pass"),
        ("starts-with", "Dear Ann", "Dear", "pass"),
        ("starts-with", " Dear Ann", "Dear", "fail"),
        ("not-starts-with", " Dear Ann", "Dear", "pass"),
        ("contains-any", "a green door", "red, green", "pass"),
        ("contains-any", "a green door", ["red", "blue"], "fail"),
        ("contains-any", "a green door", [], "unscored"),
        ("contains-any", "a green door", ", ,", "unscored"),
        ("contains-any", "a red, or door", '"red, or", green', "pass"),
        ("contains-any", "a red door", '"red, or", green', "fail"),
        ("contains-any", "a red, green door", ["red, green"], "pass"),
        ("contains-any", "red green", ["red, green"], "fail"),
        ("contains-all", "a green and red door", " red , green ,", "pass"),
        ("contains-all", "a green door", ["red", "green"], "fail"),
        ("contains-all", "1 and 2", [1, 2.0], "pass"),
        ("not-contains-all", "a green door", ["red", "green"], "pass"),
        ("icontains-any", "A GREEN door", "red,green", "pass"),
        ("icontains-all", "A GREEN and Red door", "red,green", "pass"),
        ("icontains-all", "A GREEN door", "red,green", "fail"),
    ],
)
def test_containing(type_: str, output: str, value: Any, expected: str) -> None:
    assert verdict(output, type_, value) == expected


@pytest.mark.parametrize("value", [r'"say \"hi\"", x', '"say ""hi""", x'])
def test_a_quote_within_quotes(value: str) -> None:
    assert verdict('they say "hi"', "contains-any", value) == "pass"


@pytest.mark.parametrize(
    ("value", "variables", "output"),
    [
        ("Order {{n}} is confirmed", {"n": "7"}, "Order 7 is confirmed"),
        ("{{n}}", {"n": 3.0}, "3"),
        ("{{n}}", {"n": 0.1}, "0.1"),
        ("{{n}}", {"n": 1e21}, "1e+21"),
        ("{{n}}", {"n": 1e-7}, "1e-7"),
        ("{{n}}", {"n": 1e16}, "10000000000000000"),
        ("{{n}}", {"n": True}, "true"),
        ("a{{n}}", {"n": None}, "a"),
        ("a{{nobody.knows.it}}", {}, "a"),
        ("{{list}}", {"list": ["a", 1.0, ["b"]]}, "a,1,b"),
        ("{{o}}", {"o": {"a": 1}}, "[object Object]"),
        ("{{o.a}} {{ o['a'] }}", {"o": {"a": 1}}, "1 1"),
        ("{{ list.length }}", {"list": [1, 2]}, "2"),
        ("{{ list | join('; ') }}", {"list": ["a", 2.0]}, "a; 2"),
        ("{{ o | dump }}", {"o": {"a": [1]}}, '{"a":[1]}'),
        ("{{ nothing | default('x') }}", {}, "x"),
        ("a{{ nothing | default('x') }}", {"nothing": None}, "a"),
        ("{{ name | upper }}", {"name": "ann"}, "ANN"),
        ("{% if n > 2 %}many{% else %}few{% endif %}", {"n": 3}, "many"),
        ("{% for each in list %}{{ loop.index }}{{ each }}{% endfor %}", {"list": ["a", "b"]}, "1a2b"),
        ("{{a}}", {"a": "Dear {{b}}", "b": "Ann"}, "Dear Ann"),
        ("{{a}}", {"a": "brace {{ and no end"}, "brace {{ and no end"),
        ("{{a}}|", {"a": "line\n"}, "line|"),
        ("<{{a}}>", {"a": "<b> & 'c'"}, "<<b> & 'c'>"),
    ],
)
def test_values_are_templates_over_the_variables(value: str, variables: dict[str, Any], output: str) -> None:
    assert verdict(output, "equals", value, vars=variables) == "pass"


def test_texts_in_lists_are_templates_too_and_objects_are_not() -> None:
    assert verdict("ann", "contains-any", ["{{name}}"], vars={"name": "ann"}) == "pass"
    assert verdict('{"a": "{{name}}"}', "equals", {"a": "{{name}}"}, vars={"name": "ann"}) == "pass"


@pytest.mark.parametrize(
    "template",
    [
        "{{ a",
        "{% if %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ ''.__class__.__mro__ }}{{ ''.join(['a']) }}",
        "{{ a | replace('', a) | replace('', a) | replace('', a) }}",
        "{% for a in b %}{% for c in b %}x{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'x' %}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ '%1000000000d' % 1 }}",
    ],
)
def test_a_template_that_is_broken_or_too_much_leaves_the_check_untold(template: str) -> None:
    found = check("x", "contains", template, vars={"a": "a" * 1000, "b": [1, 2]})
    assert (found.verdict, found.reason[:12]) == ("unscored", "the template")


TOO_LONG = '{% for c in big %}{% if big|replace("a","b") == "x" %}{% endif %}{% endfor %}'


async def longest_wait(work: Coroutine[Any, Any, object]) -> float:
    """Of what goes on beside it in the same loop."""
    task, longest = asyncio.ensure_future(work), 0.0
    while not task.done():
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - begun)
    return longest


@pytest.mark.parametrize(
    ("value", "variables"), [(TOO_LONG, {}), ("x", {"more": TOO_LONG})], ids=["in a value", "in a variable"]
)
def test_a_template_that_takes_long_is_untold_and_holds_up_nobody(value: str, variables: dict[str, Any]) -> None:
    case = Case("case", vars={"big": "a" * 60_000, **variables}, checks=(Assertion("contains", value),))
    work = grade(case, Output("x"))
    found = check("x", "contains", value, vars=case.vars)
    assert found.verdict == "unscored"
    assert found.reason.endswith("it takes more than 1 s.")
    assert asyncio.run(longest_wait(work)) < 2


def test_without_text_the_calls_of_tools_are_seen_as_compact_json() -> None:
    output = Output(tool_calls=({"name": "refund", "arguments": '{"order": 7}'},))
    assert verdict(output, "contains", '[{"name":"refund"') == "pass"
