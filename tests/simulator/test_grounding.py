"""Answers as JSON."""

from typing import Any

import orjson
import pytest

from aiops.simulator import grounding
from aiops.simulator.conversation import question_of
from aiops.simulator.knowledge import ARTICLES

GROUNDED: dict[str, Any] = {"type": "object", "properties": {"answer": {"type": "string"}, "claims": {"type": "array"}}}
TEXTS = {article.id: article.text for article in ARTICLES}


TOPIC: dict[str, Any] = {"properties": {"topic": {"enum": ["delivery"]}, "sure": {"type": "boolean"}}}


def ask(question: str, schema: dict[str, Any] | None = None, *, fault: str = "") -> Any:
    messages = [{"role": "user", "content": question}]
    return orjson.loads(grounding.structured(messages, schema or GROUNDED, fault=fault))


def test_every_quote_is_in_its_source() -> None:
    said = ask("How do I send a parcel back?")
    quotes = [quote for claim in said["claims"] for quote in claim["quotes"]]
    assert quotes
    assert [quote for quote in quotes if quote["quote"] not in TEXTS[quote["source_id"]]] == []
    assert (said["refused"], said["missing"]) == (False, "")
    assert 0.5 < said["confidence"] <= 1


def test_a_fabricated_quote_is_in_no_source() -> None:
    quotes = [
        quote
        for claim in ask("How do I send a parcel back?", fault="fabricated_quote")["claims"]
        for quote in claim["quotes"]
    ]
    assert [quote for quote in quotes if quote["quote"] in TEXTS[quote["source_id"]]] == []


def test_a_quote_of_the_wrong_source_stands_in_another_one() -> None:
    sources = [f'<source id="{article.id}" title="{article.title}">{article.text}</source>' for article in ARTICLES]
    question = "\n".join([*sources, "How do I send a parcel back?"])
    quotes = [quote for claim in ask(question, fault="wrong_source")["claims"] for quote in claim["quotes"]]
    assert [quote for quote in quotes if quote["quote"] in TEXTS[quote["source_id"]]] == []
    assert all(quote["quote"] in TEXTS["returns"] for quote in quotes)


def test_it_is_unsure_and_unreadable_when_told_so() -> None:
    assert ask("How do I send a parcel back?", fault="low_confidence")["confidence"] < 0.5
    with pytest.raises(orjson.JSONDecodeError):
        ask("How do I send a parcel back?", fault="unreadable_answer")


def test_what_a_program_says_of_its_answer_is_no_question() -> None:
    asked = [{"role": "user", "content": "How do I send a parcel back?"}, {"role": "assistant", "content": "{}"}]
    told = {"role": "user", "content": "A program has checked your reply and cannot use it:\n- It is empty."}
    assert question_of([*asked, told]) == "How do I send a parcel back?"


def test_what_it_does_not_know_it_refuses_and_says_what_is_missing() -> None:
    said = ask("What is the weather on Mars?")
    assert (said["refused"], said["claims"], said["missing"]) == (True, [], "What is the weather on Mars?")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"enum": ["billing", "delivery", "account"]}, "delivery"),
        ({"const": 7}, 7),
        ({"type": "boolean"}, False),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "array", "items": {"type": "number"}, "minItems": 2}, [0, 0]),
        ({"type": ["boolean", "null"]}, False),
        ({"anyOf": [{"const": "a"}, {"const": "b"}]}, "a"),
        (
            {"properties": {"topic": {"enum": ["delivery"]}, "sure": {"type": "boolean"}}},
            {"topic": "delivery", "sure": False},
        ),
    ],
)
def test_any_other_schema_gets_a_value_that_it_allows(schema: dict[str, Any], value: Any) -> None:
    assert ask("How long does delivery take?", schema) == value


def test_a_schema_that_holds_itself_comes_to_an_end() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    schema["properties"]["more"] = schema
    assert grounding.instance(schema, "", "")
