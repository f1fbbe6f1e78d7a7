"""Python's code of templates, shared by bundles with the same text."""

import gc
from weakref import ref

import pytest
from jinja2 import Environment

from prompts.rendering import compile_bundle
from prompts.rendering.sandbox import Sandbox
from tests.prompts.texts import make_bundle, render


@pytest.mark.parametrize(
    "text", ["Be kind.", "Two\nlines\n", "Two ends\n\n", "\n", "Of\r\nWindows\r", "}} %} #} '\"\\ é"]
)
def test_a_text_in_which_nothing_is_opened_is_what_jinja_makes_of_it(text: str) -> None:
    assert render(text) == Environment(autoescape=False).from_string(text).render()  # noqa: S701 - not HTML


def test_prompts_with_the_same_part_share_its_code() -> None:
    parts = {"parts/tone.md": "Be kind, {{ question }}."}
    one, other = Sandbox(parts), Sandbox(dict(parts))
    codes_of = [each.get_template("parts/tone.md").root_render_func.__code__ for each in (one, other)]
    assert codes_of[0] is codes_of[1]


def test_what_is_rendered_with_shared_code_is_each_prompts_own() -> None:
    text, part = '{% include "parts/a.md" %}', '{% include "parts/b.md" %}'
    one, other = (
        compile_bundle(make_bundle(text, parts={"parts/a.md": part, "parts/b.md": said}, variables={}))
        for said in ("Yes.", "No.")
    )
    assert (one.render({})[0]["content"], other.render({})[0]["content"]) == ("Yes.", "No.")


def test_code_that_no_prompt_has_any_more_is_let_go_of() -> None:
    sandbox = Sandbox({"parts/a.md": "Only here, {{ question }}."})
    code = ref(sandbox.get_template("parts/a.md").root_render_func.__code__)
    del sandbox
    gc.collect()
    assert code() is None
