"""What a model replied, read whatever it is: nothing that it sends takes long."""

import pytest

from gateway.grounding.answers import BadAnswer, parse

WHOLE = '{"answer": "a", "claims": [], "confidence": 1, "refused": false, "missing": ""}'


@pytest.mark.parametrize(
    "reply",
    [
        '{"answer": "x",' + " " * 900_000,
        "\n" * 900_000 + "{",
        "<think>" * 120_000,
        "</think>" * 110_000,
        "{" * 900_000,
        "x" * 2_000_000,
    ],
    ids=["spaces", "lines", "thoughts", "ends of thoughts", "braces", "too long"],
)
def test_a_reply_that_is_none_is_told_at_once(reply: str) -> None:
    with pytest.raises(BadAnswer):
        parse(reply)


@pytest.mark.parametrize("thought", ["<think>Hm {x}.</think>", "<thinking>{</thinking>", "  <think></think>\n"])
def test_a_thought_is_left_out(thought: str) -> None:
    assert parse(f"{thought}Here: {WHOLE}. Done.").answer == "a"
