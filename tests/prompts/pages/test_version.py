import re
from typing import Any

import pytest
from django.test import Client

from prompts import services
from prompts.models import PromptVersion
from tenants.actors import SYSTEM
from tenants.models import User
from tests.prompts.factories import AT, make_bundle, make_kept
from tests.prompts.factories import make_version as make_plain
from tests.prompts.pages.asking import HOSTILE, is_safe, of, said, text
from tests.prompts.pages.factories import NAME, judge, make_version, release


def test_it_is_compared_with_what_is_live(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    third = make_version("Refunds are possible within 7 days.\nAsk for the order number first.")
    shown = page.get(of("v3/"))
    assert "What changed from v1 +1 −1" in said(shown)
    assert "within <del>30</del> days" in text(shown)
    assert "within <ins>7</ins> days" in text(shown)
    assert third.short in said(shown)


def test_what_callers_get_comes_before_what_is_live_elsewhere(
    page: Client, live: PromptVersion, head: PromptVersion
) -> None:
    release(head, "beta")
    make_version("Refunds are possible within 7 days.\nAsk for the order number first.")
    assert "What changed from v1" in said(page.get(of("v3/")))


def test_a_part_is_a_link_where_it_has_a_page(page: Client) -> None:
    make_version()
    assert "/parts/part/?path=parts%2Frefunds.md" in text(page.get(of("v1/")))
    make_plain(name=NAME)
    assert "/parts/part/" not in text(page.get(of("v1/")))
    assert "parts/refunds.md" in said(page.get(of("v1/")))


def test_what_is_live_is_compared_with_the_one_before(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    release(head)
    assert "What changed from v1" in said(page.get(of("v2/")))


def test_the_address_says_with_which(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    make_version("Never.")
    assert "What changed from v2" in said(page.get(of("v3/?against=v2")))
    assert "What changed from v2" in said(page.get(of(f"v3/?against={head.hash[:12]}")))
    assert "Nothing: both say the same." in said(page.get(of("v2/?against=v2")))


def test_the_first_has_no_other(page: Client) -> None:
    make_version()
    shown = said(page.get(of("v1/")))
    assert "The first version" in shown
    assert "There is no other to compare it with." in shown


def test_settings_are_told_one_a_line(page: Client, live: PromptVersion) -> None:
    make_version(temperature=0.4)
    shown = text(page.get(of("v2/")))
    assert "model.temperature: </span>" not in shown
    assert "model.temperature: <del>0.2</del>" in shown
    assert "model.temperature: <ins>0.4</ins>" in shown


def test_one_part_can_be_looked_at_alone(page: Client, live: PromptVersion) -> None:
    make_version("Within 7 days.", temperature=0.4)
    whole = said(page.get(of("v2/")))
    assert "All 2 parts/refunds.md" in whole
    alone = said(page.get(of("v2/?part=Settings"))).partition("The text")[0]
    assert "model.temperature" in alone
    assert "Within" not in alone
    assert page.get(of("v2/?part=nonsense")).status_code == 200


def test_side_by_side_shows_both(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    shown = text(page.get(of("v2/?view=split")))
    assert '<th scope="col">v1</th><th scope="col">v2</th>' in shown
    assert '<td class="gone"><span class="sign" aria-hidden="true">−</span>' in shown
    assert '<td class="new"><span class="sign" aria-hidden="true">+</span>' in shown


def test_its_text_stands_there_with_the_tokens_of_each_part(page: Client, live: PromptVersion) -> None:
    shown = said(page.get(of("v1/")))
    assert "about 56 tokens at every call" in shown
    assert "System message 52 tokens with its parts {% include" in shown
    assert "User message 4 tokens {{ question }}" in shown
    assert "parts/persona.md 13 tokens You answer for Acme." in shown
    assert "Model chain default Temperature 0.2 Longest answer 600 tokens" in shown
    assert "Variable question string, must be given" in shown
    assert "output" not in shown.partition("Settings")[2]


def test_it_says_where_it_is_live_and_what_its_suites_say(page: Client, live: PromptVersion) -> None:
    judge(live)
    shown = said(page.get(of("v1/")))
    assert "support-answer v1 production Pass support-answer" in shown


def test_its_hash_names_it_too(page: Client, live: PromptVersion) -> None:
    assert page.get(of(f"{live.hash}/")).status_code == 200
    assert page.get(of(f"{live.hash[:8]}/")).status_code == 200


def test_templates_that_do_not_fit_together_have_no_size(page: Client) -> None:
    make_kept('{% include "parts/nowhere.md" %}', name=NAME)
    assert "its size is not known" in said(page.get(of("v1/")))


def test_what_a_prompt_says_is_text(page: Client, live: PromptVersion) -> None:
    make_version(HOSTILE, text=f"{HOSTILE}\nOther.", message=HOSTILE, author=HOSTILE)
    for query in ("", "?view=split"):
        shown = page.get(of(f"v2/{query}"))
        assert is_safe(shown)
        assert "&lt;script&gt;" in shown.content.decode()
        assert "\\x1b[31mred" in shown.content.decode()


def test_a_part_that_was_moved_is_told_as_such(page: Client) -> None:
    push(parts={"old.md": "Be brief."})
    push(parts={"new.md": "Be brief."})
    assert "old.md → new.md Moved; its text is the same." in said(page.get(of("v2/?against=v1")))
    assert "Moved; its text is the same." in said(page.get(of("v2/?against=v1&view=split&part=new.md")))


@pytest.mark.parametrize("more", ["v9/", "abc/", "v1/?against=v9", "v1/?against=0", "deadbeef/"])
def test_a_version_that_is_not_there_is_not_there(page: Client, live: PromptVersion, more: str) -> None:
    assert page.get(of(more)).status_code == 404


def test_nor_is_one_of_another_prompt(page: Client, live: PromptVersion) -> None:
    other = make_plain(name="other")
    assert page.get(of(f"{other.hash}/")).status_code == 404
    assert page.get(of(f"v1/?against={other.hash}")).status_code == 404


def test_who_may_only_read_is_not_offered_a_release(reader: Client, live: PromptVersion) -> None:
    shown = reader.get(of("v1/"))
    assert shown.status_code == 200
    assert "Release v1…" not in said(shown)


def test_a_tenants_own_people_do_not_see_it(client: Client, live: PromptVersion, viewer: User) -> None:
    client.force_login(viewer)
    assert client.get(of("v1/")).status_code == 403


def test_nothing_is_posted_to_it(page: Client, live: PromptVersion) -> None:
    assert page.post(of("v1/")).status_code == 405


def push(text: str = "Be kind.", **parts: Any) -> None:
    services.push_version(NAME, make_bundle(text, **parts), by=SYSTEM, at=AT)


def test_parts_stand_as_they_are_included(page: Client) -> None:
    parts = {
        "a.md": "Unused.",
        "b.md": "Last.",
        "c.md": '{% include "d.md" %}',
        "d.md": "Within c.",
        "e.md": "After c.",
    }
    push('{%- include "c.md" %}{% include "e.md" %}{% include "b.md" -%}', parts=parts)
    assert re.findall(r"(\w\.md) \d+ tokens?", said(page.get(of("v1/")))) == ["c.md", "d.md", "e.md", "b.md", "a.md"]


def test_settings_are_said_in_words(page: Client) -> None:
    schema = {"type": "object"}
    variables = {"count": {"type": "integer", "default": 3}, "tone": {"type": "string", "required": False}}
    model = {"model": "large", "stop": ["END"], "top_p": 1}
    messages = [{"role": "system", "content": "Be kind."}]
    push(messages=messages, model=model, output={"schema": schema}, variables=variables)
    shown = said(page.get(of("v1/"))).partition("Settings")[2]
    assert 'Model large Top p 1 Stops at "END" Answer JSON of this schema: {"type": "object"}' in shown
    assert "Variable count integer, else 3 Variable tone string, may be left out" in shown


def test_grounded_answers_say_so(page: Client) -> None:
    push(output={"grounded": True, "min_confidence": 0.7})
    assert "Answer grounded in sources Least confidence 0.7" in said(page.get(of("v1/")))
