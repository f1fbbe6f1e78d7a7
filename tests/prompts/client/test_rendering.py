"""What the example renders is what the gateway renders, byte for byte."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.bundle import Bundle
from prompts.files import read
from prompts.rendering import BadVariables, Compiled, compile_bundle
from tests.prompts.client.copied import EXAMPLES, prompt_client, prompt_rendering
from tests.prompts.texts import make_bundle

OURS = {prompt.name: prompt.bundle for prompt in read([Path(EXAMPLES) / "quality" / "prompts"]).prompts}
SOURCES = [{"id": "1", "title": "Ünï <b>", "text": "line\n\n{{ no }} & more"}, {"id": "2", "title": "", "text": "x"}]
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
GIVEN = st.fixed_dictionaries(
    {
        "text": WORDS,
        "rows": st.none() | st.lists(VALUES, max_size=4),
        "more": st.none() | st.dictionaries(WORDS, VALUES, max_size=4),
    }
)
DECLARED = {
    "text": {"type": "string"},
    "rows": {"type": "list", "required": False, "default": [1, 2.5, True]},
    "more": {"type": "object", "required": False},
}
TEMPLATES = (
    "{{ text }}\n",
    "{{ rows }} {{ rows|tojson }} {{ rows|join(', ') }} {{ rows|length }}",
    "{% for row in rows %}\n- {{ loop.index }}: {{ row }}{{ ';' if loop.last }}\n{% endfor %}\nend\n\n",
    "{% if more is defined %}{{ more }}{% for key, value in more|dictsort %}{{ key ~ value }}{% endfor %}{% endif %}",
    "{{ text|indent(2) }}|{{ text|upper|trim }}|{{ text|replace('a', 'b') }}|{{ rows|string }}|{{ text|truncate(9) }}",
    "{{ rows|select('string')|list }} {{ rows|reject('none')|list|length }} {{ text ~ rows ~ none }}",
    "{{ 1 + 2 * 3 }} {{ 7 / 2 }} {{ 'a' + text }} {{ true }} {{ none }} {{ range(3)|list }} {{ [1, 'b'] }}",
    "{{ rows|map(attribute='id')|join }}{{ rows[0].title }}",
    '{% set word = text|lower %}{% include "part.md" %}{# unseen #}{%- if word %} yes {%- endif %}\n',
)


def rendered(render: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """None: it was refused."""
    try:
        return render(*arguments, **options)
    except Exception:
        return None


def answer(bundle: Bundle) -> dict[str, Any]:
    place = {"name": "answer", "environment": "production", "label": "v1"}
    return {**place, "version": bundle.hash, "bundle": bundle.as_data()}


@pytest.mark.parametrize("name", OURS)
def test_the_examples_prompts_are_rendered_alike(name: str) -> None:
    known = {"question": "Wo ist mein Päckchen?\n", "sources": SOURCES, "email": "Hello,\n\nwhere is it?"}
    variables = {each: known[each] for each in OURS[name].variables}
    example = prompt_client.Bundle(answer(OURS[name]), "answer", "production")
    assert example.render(**variables) == compile_bundle(OURS[name]).render(variables)


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=40)
@given(data=st.data())
def test_whatever_is_given_it_is_rendered_alike_or_refused_by_both(template: str, data: st.DataObject) -> None:
    example, gateway = compiled_by_both(template)
    variables = data.draw(GIVEN)
    assert rendered(example.render, **variables) == rendered(gateway.render, variables)


@cache
def compiled_by_both(template: str) -> tuple[Any, Compiled]:
    parts = {"part.md": "Part of {{ word }}.\n"} if "include" in template else {}
    bundle = make_bundle(template, variables=DECLARED, parts=parts)
    return prompt_client.Bundle(answer(bundle), "answer", "production"), compile_bundle(bundle)


@pytest.mark.parametrize("variables", [{}, {"text": None}, {"text": 1}, {"text": "a", "other": 1}, {"text": True}])
def test_variables_that_do_not_fit_are_refused_by_both(variables: dict[str, Any]) -> None:
    bundle = make_bundle("{{ text }}", variables=DECLARED)
    with pytest.raises(BadVariables):
        compile_bundle(bundle).render(variables)
    with pytest.raises(prompt_rendering.BadVariables):
        prompt_client.Bundle(answer(bundle), "answer", "production").render(**variables)


@pytest.mark.parametrize("template", ["{{ text.upper() }}", "{{ text.__class__ }}", "{{ rows.append }}"])
def test_no_attribute_of_python_is_in_reach(template: str) -> None:
    content = make_bundle("x", variables=DECLARED).as_data()
    sandbox = prompt_rendering.Sandbox(content["parts"])
    with pytest.raises(Exception, match=r"undefined|has no|unsafe"):
        sandbox.from_string(template).render(text="a", rows=[1])


@pytest.mark.parametrize("name", OURS)
def test_model_settings_are_what_the_gateway_sends(name: str) -> None:
    expected = dict(compile_bundle(OURS[name]).settings)
    assert prompt_client.Bundle(answer(OURS[name]), "answer", "production").settings == expected
