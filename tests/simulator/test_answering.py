"""The same question always has the same answer, out of the help centre or out of what the caller brings."""

from typing import Any

import pytest

from aiops.simulator import answering
from aiops.simulator.knowledge import ARTICLES

SOURCE = '<source id="kb-7" title="Opening hours">The shop opens at nine. On Sundays it is closed.</source>'


def ask(text: str, *before: str) -> str:
    messages = [{"role": "system", "content": each} for each in before]
    return answering.answer([*messages, {"role": "user", "content": text}])


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("How do I send a parcel back?", "within 30 days of delivery"),
        ("how long does delivery take", "2 to 4 working days"),
        ("My password is lost", "Forgot password"),
        ("What warranty has a tent?", "tents and backpacks of 5 years"),
    ],
)
def test_the_help_centre_answers(question: str, part: str) -> None:
    assert part in ask(question)


@pytest.mark.parametrize("question", ["What is the weather on Mars?", "", "why?", "the the the"])
def test_it_says_that_it_does_not_know(question: str) -> None:
    assert ask(question) == answering.UNKNOWN


def test_every_article_can_be_found_by_its_title() -> None:
    found = {article.id: answering.find(article.title, ARTICLES) for article in ARTICLES}
    assert [name for name, each in found.items() if each is None or each.article.id != name] == []


def test_sources_of_the_caller_come_before_the_help_centre() -> None:
    assert ask("When does the shop open on Sundays?", SOURCE) == "The shop opens at nine. On Sundays it is closed."
    assert ask("How do I send a parcel back?", SOURCE) == answering.UNKNOWN


def test_a_source_may_stand_in_the_question_itself() -> None:
    assert "closed" in ask(f"{SOURCE} Is the shop closed on Sundays?")


def test_only_the_last_question_is_answered() -> None:
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "How do I send a parcel back?"},
        {"role": "assistant", "content": "By post."},
        {"role": "user", "content": [{"type": "text", "text": "And how do I reset the password?"}]},
    ]
    assert "Forgot password" in answering.answer(messages)
