"""What no rendering gets past is told before anybody renders it; what some rendering gets past is not."""

from pathlib import Path

import pytest

from prompts.rendering import BadTemplate, BadVariables, read_template
from tests.prompts.texts import prompt_text, read_folder, render, told

ROUNDS = "{{% for i in range({}) %}}{{% for j in range({}) %}}x{{% endfor %}}{{% endfor %}}"
TEXTS = "{{% for i in range(1000) %}}{}{{% endfor %}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for i in range(100000000) %}x{% endfor %}", "range() may have at most 1,000 numbers, not 100,000,000."),
        ("{{ range(1001)|list }}", "range() may have at most 1,000 numbers, not 1,001."),
        ("{{ range(0, -2 * 501, -1)|list }}", "range() may have at most 1,000 numbers, not 1,002."),
        (f"{{{{ range({10**20})|list }}}}", f"range() may have at most 1,000 numbers, not {10**20:,}."),
        ('{{ "a" * 10000000000 }}', "* takes numbers; to join texts write ~."),
        ('{{ "a" + 1 }}', "+ takes numbers; to join texts write ~."),
        ('{{ "%d" % 3 }}', "% takes numbers; to join texts write ~."),
        ("{{ [1] * 3 }}", "* takes numbers; to join texts write ~."),
        ("{{ 9999999999 * 9999999999 }}", "a number would be too large."),
        (ROUNDS.format(1000, 20), "the loops go round 21,000 times; 20,000 are the most."),
        (TEXTS.format("x" * 401), "the loops write 401,000 characters; 400,000 are the most."),
    ],
)
def test_what_is_always_refused_is_told_with_the_bound(text: str, said: str) -> None:
    assert [each.detail for each in read_template(text).hopeless] == [said]
    with pytest.raises((BadTemplate, BadVariables)):
        render(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ range(1000)|list|length }}",
        "{{ range(0, 2000, 2)|list|length }}",
        '{{ "a" + "b" }}',
        '{{ 10 * "a"|length }}',
        "{{ 9999999999 * 99999999 }}",
        ROUNDS.format(100, 199),
        TEXTS.format("x" * 400),
        "{% for i in range(1000) %}{% if i > 998 %}" + "x" * 401 + "{% endif %}{% endfor %}",
        "{% for i in range(1000) if i > 998 %}" + "x" * 401 + "{% endfor %}",
    ],
)
def test_what_can_be_rendered_is_not_told(text: str) -> None:
    assert read_template(text).hopeless == ()
    assert render(text)


def test_what_depends_on_a_value_is_not_told() -> None:
    text = (
        "{{ range(n)|list }}{{ a * 3 }}{{ a + 'x' }}{% for i in a %}{% for j in range(1000) %}x{% endfor %}{% endfor %}"
    )
    assert read_template(text).hopeless == ()


def test_a_version_that_is_kept_and_never_comes_there_is_served_as_before() -> None:
    assert render("{% if false %}{{ range(5000)|list }}{% endif %}Hello.") == "Hello."


def test_a_check_tells_it_in_the_part_where_it_stands(tmp_path: Path) -> None:
    files = {
        "a.prompt.yaml": prompt_text(content='{% include "parts/a.md" %}'),
        "parts/a.md": "A\n{{ range(2000)|list }}",
    }
    found = [told(tmp_path, each) for each in read_folder(tmp_path, files).problems]
    assert found == ["parts/a.md:2:4: error: range() may have at most 1,000 numbers, not 2,000."]


def test_what_is_nested_too_deep_is_told_with_the_bound() -> None:
    deep = read_template("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}")
    assert [each.detail for each in deep.wrongs] == ["blocks and brackets may be nested 60 deep."]
