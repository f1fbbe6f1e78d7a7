"""What `aiops prompts check` refuses for its templates is not kept either, whoever sends it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from prompts.models import Prompt, PromptVersion
from tenants.models import Role, Tenant
from tests.factories import make_key
from tests.prompts.factories import make_bundle, make_kept
from tests.prompts.texts import prompt_text, read_folder


@pytest.fixture
def api(operator: Tenant) -> Client:
    return Client(headers={"Authorization": f"Bearer {make_key(operator, role=Role.ADMIN).text}"})


def push(api: Client, *texts: str, **more: Any) -> Any:
    """Prompts a, b, … of these texts."""
    entries = [{"name": name, "bundle": make_bundle(text).as_data()} for name, text in zip("abc", texts, strict=False)]
    return api.post("/api/v1/prompts/", {"prompts": entries, **more}, content_type="application/json")


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(5000) %}x{% endfor %}",
        "{% for a in range(900) %}{% for b in range(900) %}x{% endfor %}{% endfor %}",
        "{{ 9999999999 * 9999999999 }}",
        '{{ "a" * 3 }}',
        "{{ question",
        "{{ nobody }}",
    ],
)
@pytest.mark.parametrize("candidate", [False, True])
def test_it_is_refused_in_the_words_of_the_check(api: Client, tmp_path: Path, text: str, candidate: bool) -> None:
    files = {"a.prompt.yaml": prompt_text("variables: {question: {type: string}}", content=text, name="a")}
    (checked,) = read_folder(tmp_path, files).problems
    refused = push(api, text, candidate=candidate)
    said = refused.json()["error"]["detail"]
    assert (refused.status_code, said) == (422, f"a: messages[0], line 1: {checked.text}")
    assert not Prompt.objects.exists()


def test_a_part_that_is_not_there_is_told(api: Client) -> None:
    said = push(api, '{% include "nowhere.md" %}').json()["error"]["detail"]
    assert said.startswith("a: messages[0], line 1: there is no part 'nowhere.md'")


def test_one_of_many_keeps_none_and_all_that_is_wrong_is_told(api: Client) -> None:
    said = push(api, "Fine.", "{{ one }}\n{{ two }}", "{{ three }}").json()["error"]["detail"]
    assert said == (
        "b: messages[0], line 1: there is no variable 'one'; there are: question. "
        "messages[0], line 2: there is no variable 'two'; there are: question. "
        "c: messages[0], line 1: there is no variable 'three'; there are: question."
    )
    assert not Prompt.objects.exists()


def test_of_very_much_the_first_is_told(api: Client) -> None:
    said = push(api, "\n".join(f"{{{{ v{number} }}}}" for number in range(25))).json()["error"]["detail"]
    assert (said.count("there is no variable"), said.endswith(" And 5 more.")) == (20, True)


def test_what_was_kept_before_stays_and_may_be_pushed_again(api: Client) -> None:
    version = make_kept("{{ nobody }}", name="a")
    again = push(api, "{{ nobody }}").json()["prompts"]
    assert (again[0]["version"], again[0]["created"]) == (version.hash, False)
    assert PromptVersion.objects.count() == 1
