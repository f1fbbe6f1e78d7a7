"""Marks tell what comes from where, and change nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from prompts.rendering import BadVariables, Stretch, compile_bundle, render_marked
from tests.prompts.texts import make_bundle

LOOP = "{% for q in xs %}{% include 'a.md' %}{% endfor %}"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('{% include "a.md" %}\n{% include "b.md" %}', {"a.md": "A\n", "b.md": "B\n\n"}),
        ('x {%- include "a.md" -%} y', {"a.md": "\n A \n"}),
        ('x{% include "a.md" %}y', {"a.md": "{%- if true -%}  A  {%- endif -%}\n\n"}),
        ('{% include "a.md" %}', {"a.md": 'A{% include "b.md" %}A', "b.md": "{# nothing #}"}),
        ('{% include "a.md" %}', {"a.md": "{% raw %}{{ x }}{% endraw %}\n"}),
        ('{% include "a.md" %}', {"a.md": ""}),
    ],
)
def test_the_text_stays_what_it_is(text: str, parts: Mapping[str, str]) -> None:
    bundle = make_bundle(text, parts=parts, variables={})
    (found,) = render_marked(bundle, {})
    assert found.text == compile_bundle(bundle).render({})[0]["content"]
    assert found.stretches is not None
    assert "".join(each.text for each in found.stretches) == found.text


def test_stretches_are_of_the_innermost_part() -> None:
    parts = {"a.md": 'A{% include "b.md" %}A', "b.md": "B"}
    (found,) = render_marked(make_bundle('x{% include "a.md" %}y', parts=parts, variables={}), {})
    assert found.stretches == [
        *(Stretch("", "x"), Stretch("a.md", "A"), Stretch("b.md", "B"), Stretch("a.md", "A"), Stretch("", "y"))
    ]


def test_a_part_within_a_loop_is_there_every_time() -> None:
    bundle = make_bundle(LOOP + "!", parts={"a.md": "{{ q }}"}, variables={"xs": {"type": "list"}})
    (found,) = render_marked(bundle, {"xs": ["1", "2"]})
    assert found.stretches == [Stretch("a.md", "12"), Stretch("", "!")]


def test_what_only_the_marks_make_too_long_is_shown_without_them() -> None:
    bundle = make_bundle(LOOP, parts={"a.md": "x" * 399}, variables={"xs": {"type": "list"}})
    (found,) = render_marked(bundle, {"xs": [1] * 1000})
    assert len(found.text) == 399_000
    assert found.stretches is None


@pytest.mark.parametrize("given", [{}, {"xs": 1}, {"ys": []}])
def test_the_bounds_are_those_of_every_rendering(given: dict[str, Any]) -> None:
    with pytest.raises(BadVariables):
        render_marked(make_bundle(LOOP, parts={"a.md": "x"}, variables={"xs": {"type": "list"}}), given)
