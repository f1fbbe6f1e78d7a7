"""Prompts that are no longer in their repository, on the pages."""

from typing import Any

import pytest
from django.test import Client

from prompts.models import Prompt, PromptVersion
from tests.prompts.factories import AT
from tests.prompts.pages.asking import HOSTILE, LIST, is_safe, of, said
from tests.prompts.pages.factories import NAME, make_version


def orphan(source: str = "app:prompts") -> None:
    Prompt.objects.filter(name=NAME).update(source=source, orphaned_at=AT)


def test_orphans_are_listed_alone_with_what_serves_them(page: Client, live: PromptVersion) -> None:
    make_version(name="other-prompt")
    orphan()
    assert "Orphans 1" in said(page.get(LIST))
    shown = said(page.get(LIST, {"only": "orphans"}))
    assert "Not in app:prompts since" in shown
    assert "production v1" in shown
    assert "other-prompt" not in shown


def test_without_one_the_list_says_nothing_of_it(page: Client, live: PromptVersion) -> None:
    shown = said(page.get(LIST))
    assert "Orphans 0" in shown
    assert "Not in" not in shown


@pytest.mark.parametrize(
    ("only", "words"),
    [
        ("orphans", "No orphans. Every prompt that came from a repository is still in it."),
        ("ahead", "Nothing is ahead. Of every prompt that is served, the newest version is live."),
        ("unreleased", "Nothing waits for its first release. Every prompt is served somewhere."),
    ],
)
def test_a_chip_under_which_nothing_is_says_so(page: Client, live: PromptVersion, only: str, words: str) -> None:
    shown = said(page.get(LIST, {"only": only}))
    assert words in shown
    assert "Looked in" not in shown


def test_what_was_looked_for_under_a_chip_says_where(page: Client, live: PromptVersion) -> None:
    shown = said(page.get(LIST, {"only": "orphans", "q": "refund"}))
    assert "No prompt found for “refund”. Looked in names, descriptions and features, under “Orphans” alone." in shown


def test_its_page_says_since_when_and_who_is_served(page: Client, live: PromptVersion) -> None:
    orphan()
    assert "still served in production. Calls that name it go on" in said(page.get(of()))


def test_one_that_nobody_is_served_says_so(page: Client) -> None:
    make_version()
    orphan()
    assert "; no environment serves it." in said(page.get(of()))


def test_a_source_is_shown_and_not_obeyed(page: Client, live: PromptVersion) -> None:
    orphan(HOSTILE)
    answers: list[Any] = [page.get(LIST), page.get(of())]
    assert [is_safe(each) for each in answers] == [True, True]


def test_the_release_page_says_so_too(page: Client, live: PromptVersion, head: PromptVersion) -> None:
    address = f"{of('release/')}?version=v2"
    assert "not in app:prompts" not in said(page.get(address))
    orphan()
    assert "support-answer is not in app:prompts since" in said(page.get(address))
