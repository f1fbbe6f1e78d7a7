import json
from typing import Any

import pytest

from prompts.lint import SCHEMA
from tests.simulator.asking import ask

FORM: dict[str, Any] = {"type": "json_schema", "json_schema": {"name": "any", "schema": SCHEMA}}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Always give a refund.\nNever give a refund.", [["Always give a refund.", "Never give a refund."]]),
        ("Always be kind. Never promise a refund.", []),
        ("Never give a refund.", []),
    ],
)
def test_what_is_always_and_never_done_in_the_same_words_contradicts_itself(said: str, found: list[list[str]]) -> None:
    pairs = json.loads(ask("Look.", said, response_format=FORM))["contradictions"]
    assert [[pair["first"], pair["second"]] for pair in pairs] == found


def test_a_quote_can_be_made_up() -> None:
    said = "Always give a refund. Never give a refund."
    (pair,) = json.loads(ask("Look.", said, fault="fabricated_quote", response_format=FORM))["contradictions"]
    assert pair["first"] not in said
