"""A version as a model gets it."""

import re

import pytest
from django.test import Client

from evals.models import Suite
from prompts import services
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import User
from tests.evals.factories import make_suite
from tests.prompts.factories import AT, make_bundle, make_kept
from tests.prompts.pages.asking import HOSTILE, is_safe, of, said, text
from tests.prompts.pages.factories import NAME

VARIABLES = {
    "question": {"type": "string"},
    "words": {"type": "integer", "default": 80},
    "share": {"type": "number", "required": False},
    "polite": {"type": "boolean"},
    "sources": {"type": "list"},
    "customer": {"type": "object", "required": False},
}
GIVEN = {"v.question": "Why?", "v.words": "7", "v.polite": "true", "v.sources": '["faq"]'}
PAGE = of("v1/preview/")


@pytest.fixture
def version(engineer: User) -> PromptVersion:
    template = '{% include "tone.md" %}\nAt most {{ words }} words.{% if polite %} Please.{% endif %}'
    bundle = make_bundle(template, parts={"tone.md": "Be calm: {{ sources|join(' and ') }}.\n"}, variables=VARIABLES)
    return services.push_version(NAME, bundle, suites=[NAME], by=SYSTEM, at=AT).version


def box(response: object, name: str) -> str:
    match = re.search(rf'name="v\.{name}"[^>]*>\n([^<]*)</textarea>', response.content.decode())  # type: ignore[attr-defined]
    return match[1] if match else ""


def test_it_begins_with_sample_values_that_say_where_they_are_from(page: Client, version: PromptVersion) -> None:
    shown = page.get(PAGE)
    assert "question (required) A made-up question string · made up" in said(shown)
    assert "integer · default 80" in said(shown)
    assert "number · may be left out" in said(shown)
    assert "At most 80 words. Please." in said(shown)


def test_each_stretch_says_which_part_it_comes_from(page: Client, version: PromptVersion) -> None:
    shown = text(page.post(PAGE, GIVEN))
    assert '<span class="part">tone.md</span><div class="say">Be calm: faq.</div>' in shown
    assert '<div class="say">At most 7 words. Please.</div>' in shown
    assert "Be calm: faq.\nAt most 7 words. Please.</textarea>" in page.post(PAGE, GIVEN).content.decode()


def test_tokens_are_told_by_message_by_part_and_of_what_variables_bring(page: Client, version: PromptVersion) -> None:
    shown = said(page.post(PAGE, GIVEN))
    assert "about 11 tokens" in shown
    assert "System message about 10 tokens" in shown
    assert "User message about 1 token" in shown
    assert "tone.md 4 10 31.0%" in shown
    assert "polite 1, question 1, sources 2, words 1" in shown


def test_an_address_holds_the_values_too(page: Client, version: PromptVersion) -> None:
    assert "At most 7 words." in said(page.get(PAGE, GIVEN))


def test_a_box_that_is_not_ticked_is_false(page: Client, version: PromptVersion) -> None:
    assert "Please." not in said(page.post(PAGE, {name: GIVEN[name] for name in GIVEN if name != "v.polite"}))


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("question", " ", "Give a value: the prompt cannot do without it."),
        ("question", "x" * 256_001, "256,000 are the most"),
        ("words", "seven", "It must be a whole number, such as 3."),
        ("words", "1.5", "It must be a whole number, such as 3."),
        ("words", "9" * 30, "a whole number must fit into 64 bits."),
        ("words", "9" * 5000, "It is too long for a number."),
        ("share", "NaN", "NaN is not a number that JSON has."),
        ("sources", '["faq"', "It is not JSON: a comma or a closing bracket is missing, in line 1 at 7."),
        ("sources", '{"a": 1}', "It must be a list in JSON"),
        ("sources", "[" * 100_000, "It is not JSON that can be read."),
        ("customer", "[1]", "It must be an object in JSON"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(
    page: Client, version: PromptVersion, field: str, typed: str, problem: str
) -> None:
    shown = page.post(PAGE, {**GIVEN, f"v.{field}": typed, "v.customer": typed if field == "customer" else ""})
    assert shown.status_code == 422
    beside = re.search(rf'id="v\.{field}-problem">([^<]*)<', shown.content.decode())
    assert beside is not None
    assert problem in beside[1].replace("&#x27;", "'")
    assert field == "sources" or box(shown, "sources") == "[&quot;faq&quot;]"
    assert "System message" not in said(shown)


def test_a_case_of_its_suite_is_the_sample(page: Client, version: PromptVersion) -> None:
    suite = make_suite(NAME, prompt=NAME)
    bundle = make_bundle(variables={"question": {"type": "string"}})
    services.push_version(NAME, bundle, suites=[NAME], by=SYSTEM, at=AT)
    assert Suite.objects.get(name=NAME).current_id == suite.pk
    assert f"from case case-0 of {NAME}" in said(page.get(of("v2/preview/")))


def test_templates_that_do_not_fit_together_say_why(page: Client) -> None:
    make_kept('{% include "nowhere.md" %}', name=NAME)
    shown = said(page.get(PAGE))
    assert "It cannot be rendered. messages[0]:1: there is no part 'nowhere.md'" in shown


def test_what_takes_too_long_is_refused_as_everywhere(page: Client) -> None:
    endless = "{% for a in range(900) %}{% for b in range(900) %}x{% endfor %}{% endfor %}"
    make_kept(endless, name=NAME)
    assert "too much to do" in said(page.get(PAGE))


def test_what_is_given_is_text(page: Client, version: PromptVersion) -> None:
    shown = page.post(PAGE, {**GIVEN, "v.sources": '["<script>alert(1)</script>"]', "v.question": HOSTILE})
    assert "<script>alert" not in shown.content.decode()
    assert is_safe(page.get(PAGE))


def test_a_prompt_without_variables_is_shown_as_it_is(page: Client) -> None:
    messages = [{"role": "system", "content": "Be kind."}]
    services.push_version(NAME, make_bundle(messages=messages, variables={}), by=SYSTEM, at=AT)
    shown = said(page.get(PAGE))
    assert "This prompt has none" in shown
    assert "Be kind." in shown


def test_who_may_only_read_may_look(reader: Client, version: PromptVersion) -> None:
    assert reader.post(PAGE, GIVEN).status_code == 200


def test_a_tenants_own_people_do_not(client: Client, version: PromptVersion, viewer: User) -> None:
    client.force_login(viewer)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, GIVEN).status_code == 403


@pytest.mark.parametrize("more", ["v9/preview/", "deadbeef/preview/"])
def test_a_version_that_is_not_there_has_none(page: Client, version: PromptVersion, more: str) -> None:
    assert page.get(of(more)).status_code == 404


def test_a_list_that_is_made_up_is_empty_where_more_is_read_of_its_items(page: Client, engineer: User) -> None:
    variables = {"question": {"type": "string"}, "items": {"type": "list"}}
    bundle = make_bundle("{% for item in items %}{{ item.title }}{% endfor %}.", variables=variables)
    services.push_version(NAME, bundle, suites=[], by=SYSTEM, at=AT)
    shown = page.get(PAGE)
    assert "left empty: nobody knows what its items hold" in said(shown)
    assert "It cannot be rendered" not in said(shown)


def test_what_was_made_up_is_named_where_it_does_not_fit(page: Client, engineer: User) -> None:
    variables = {"question": {"type": "string"}, "customer": {"type": "object"}}
    bundle = make_bundle("{{ customer.address.street }}", variables=variables)
    services.push_version(NAME, bundle, suites=[], by=SYSTEM, at=AT)
    assert "Made up, and perhaps not what the template reads: customer, question." in said(page.get(PAGE))
