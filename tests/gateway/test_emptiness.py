"""Which answers say nothing."""

from typing import Any

import pytest

from gateway.dialects.dialect import Answer
from gateway.routing.emptiness import is_empty


def chat(finish_reason: str = "stop", **message: Any) -> Answer:
    return Answer(b"", {"choices": [{"message": {"role": "assistant", **message}}]}, finish_reason)


def response(*output: Any) -> Answer:
    return Answer(b"", {"output": list(output)}, "stop")


def said(text: str, kind: str = "output_text") -> dict[str, Any]:
    return {"type": "message", "content": [{"type": kind, "annotations": [], "text": text}]}


@pytest.mark.parametrize(
    "answer",
    [
        chat(content=None),
        chat(content="", tool_calls=[], refusal=None, annotations=[]),
        response(),
        response(said("")),
        response({"type": "reasoning", "summary": []}, said("")),
    ],
)
def test_it_says_nothing(answer: Answer) -> None:
    assert is_empty(answer)


@pytest.mark.parametrize(
    "answer",
    [
        chat(content="Yes."),
        chat(content=None, refusal="No."),
        chat(content=None, tool_calls=[{"id": "1"}]),
        chat(content=None, audio={"id": "1"}),
        chat(content=None, reasoning_content="Hm."),
        # All that it was allowed to write it thought.
        chat("length", content=""),
        chat("content_filter", content=None),
        response(said("Yes.")),
        response(said("", "output_audio")),
        response({"type": "image_generation_call", "result": "aGk="}),
        response({"type": "reasoning", "summary": [{"text": "Hm."}]}),
        Answer(b"", {"data": []}),
    ],
)
def test_it_says_something(answer: Answer) -> None:
    assert not is_empty(answer)
