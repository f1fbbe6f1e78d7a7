"""How much a model reads and writes, where a provider does not say."""

from typing import Any

import orjson
import pytest

from gateway.surfaces.words import size_of_answer, size_of_question

PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 9_000}}
TOOL = {"type": "function", "function": {"name": "f"}}
ASKED = {
    "a chat": ({"model": "m", "temperature": 0.2, "messages": [{"role": "user", "content": "four"}]}, 4),
    "in parts": ({"messages": [{"role": "user", "content": [{"type": "text", "text": "four"}, PICTURE]}]}, 4),
    "beyond ASCII, in bytes": ({"messages": [{"role": "user", "content": "für"}]}, 4),
    "a call of a tool": (
        {"messages": [{"role": "assistant", "tool_calls": [{"id": "call_1", **TOOL}]}, {"content": "x"}]},
        2,
    ),
    "tools as they stand": ({"messages": [], "tools": [TOOL]}, len(orjson.dumps([TOOL]))),
    "responses": (
        {"instructions": "ab", "input": [{"role": "user", "content": [{"type": "input_text", "text": "cd"}]}]},
        4,
    ),
    "responses in one text": ({"input": "four", "metadata": {"a": "b"}}, 4),
    "texts to embed": ({"input": ["ab", "cd"]}, 4),
    "tokens to embed": ({"input": [[5, 6], [7]]}, 12),
    "another thing than belongs there": ({"messages": {"content": 7.5}, "input": None}, 0),
}  # fmt: skip
ANSWERED = {
    "a completion": ({"id": "chatcmpl-1", "choices": [{"index": 0, "message": {"role": "x", "content": "four"}}]}, 4),
    "two of them": ({"choices": [{"message": {"content": "ab"}}, {"message": {"content": "cd"}}]}, 4),
    "a response": ({"output": [{"type": "message", "content": [{"type": "output_text", "text": "four"}]}]}, 4),
    "nothing": ({"choices": [{"message": {"content": None}, "logprobs": {"content": []}}]}, 0),
}


@pytest.mark.parametrize(("body", "size"), ASKED.values(), ids=ASKED)
def test_a_question_is_as_long_as_its_words(body: dict[str, Any], size: int) -> None:
    assert size_of_question(body) == size


@pytest.mark.parametrize(("message", "size"), ANSWERED.values(), ids=ANSWERED)
def test_an_answer_is_as_long_as_its_words(message: dict[str, Any], size: int) -> None:
    assert size_of_answer(message) == size


def test_it_does_not_go_to_any_depth() -> None:
    deep: Any = "word"
    for _ in range(100):
        deep = {"content": deep}
    assert size_of_question({"messages": deep}) == 0
