"""Chat completions made up for tests, whole and in chunks, and what OpenAI's own types make of a response."""

from collections.abc import Sequence
from typing import Any

import orjson
from hypothesis import assume
from hypothesis import strategies as st
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import TypeAdapter

from gateway import sse
from gateway.dialects.chat_stream import ChatTranscript
from gateway.dialects.transcript import Transcript
from gateway.sse import Framer
from gateway.surfaces.responses.surface import ResponsesSurface

SURFACE = ResponsesSurface()
USAGE = {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19, "prompt_tokens_details": {"cached_tokens": 4}}
_EVENTS: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
_HEAD = {"id": "chatcmpl-7", "created": 1_760_000_000, "model": "mini-1"}

words = st.text(min_size=1, max_size=12)
call = st.fixed_dictionaries({"name": words, "pieces": st.lists(words, max_size=3)})


@st.composite
def said(draw: st.DrawFn) -> dict[str, Any]:
    """What a model says, in the pieces in which it says it."""
    content, refusal = draw(st.lists(words, max_size=4)), draw(st.lists(words, max_size=2))
    # Told twice, a refusal is told once: by the gateway, in one piece.
    assume("".join(content) != "".join(refusal) or not content)
    return {
        "thought": draw(st.lists(words, max_size=2)),
        "content": content,
        "refusal": refusal,
        "calls": draw(st.lists(call, max_size=3)),
        "finish_reason": draw(st.sampled_from(["stop", "tool_calls", "length", "content_filter"])),
        "turns": draw(st.randoms(use_true_random=False)),
    }


def call_(name: str, *pieces: str) -> dict[str, Any]:
    return {"name": name, "pieces": list(pieces)}


def saying(
    *content: str,
    thought: Sequence[str] = (),
    refusal: Sequence[str] = (),
    calls: Sequence[Any] = (),
    finish_reason: str = "stop",
) -> dict[str, Any]:
    given = {"thought": list(thought), "content": list(content), "refusal": list(refusal), "calls": list(calls)}
    return {**given, "finish_reason": finish_reason, "turns": None}


def completion(said: dict[str, Any], **more: Any) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": "".join(said["content"]) or None,
        "refusal": "".join(said["refusal"]) or None,
        **({"reasoning_content": "".join(said["thought"])} if said["thought"] else {}),
        **({"tool_calls": [_tool_call(*each) for each in enumerate(said["calls"])]} if said["calls"] else {}),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": said["finish_reason"]}
    return {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": USAGE, **more}


def chunks(said: dict[str, Any], **more: Any) -> bytes:
    """Its stream; the pieces of calls side by side come in any order."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": piece} for piece in said["thought"]]
    deltas += [{"content": piece} for piece in said["content"]]
    deltas += [{"refusal": piece} for piece in said["refusal"]]
    deltas += [{"tool_calls": [_begun(*each)]} for each in enumerate(said["calls"])]
    deltas += [{"tool_calls": [piece]} for piece in _interleaved(said)]
    told = [chunk([{"index": 0, "delta": delta, "finish_reason": None}], **more) for delta in deltas]
    end = chunk([{"index": 0, "delta": {}, "finish_reason": said["finish_reason"]}], **more)
    return b"".join([*told, end, chunk([], usage=USAGE, **more), b"data: [DONE]\n\n"])


def chunk(choices: list[Any], **more: Any) -> bytes:
    return sse.event(orjson.dumps({**_HEAD, "object": "chat.completion.chunk", "choices": choices, **more}))


def relayed(data: bytes, cuts: Sequence[int] = (), **body: Any) -> tuple[bytes, Transcript]:
    """What the caller gets of these chunks, but for the end, however they were cut on their way."""
    framer, transcript = Framer(), SURFACE.relaying(ChatTranscript(wants_usage=True), SURFACE.repeated(body))
    ends = sorted(cuts)
    parts = [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]
    return b"".join(transcript.read(framer.feed(part)) for part in parts), transcript


def events_of(data: bytes) -> list[dict[str, Any]]:
    """Each has its name twice, and OpenAI's type for it takes it as it is."""
    told = [event for event in sse.split(data) if event.strip()]
    messages: list[dict[str, Any]] = [orjson.loads(sse.data_of(event) or b"") for event in told]
    assert [event.splitlines()[0] for event in told] == [b"event: " + each["type"].encode() for each in messages]
    read = [_EVENTS.validate_json(orjson.dumps(each), strict=True) for each in messages]
    assert [each.type for each in read] == [each["type"] for each in messages]
    return messages


def as_response(raised: Any) -> Response:
    return Response.model_validate_json(orjson.dumps(raised), strict=True)


def _tool_call(index: int, made: dict[str, Any]) -> dict[str, Any]:
    function = {"name": made["name"], "arguments": "".join(made["pieces"])}
    return {"id": f"call_{index}", "type": "function", "function": function}


def _begun(index: int, made: dict[str, Any]) -> dict[str, Any]:
    function = {"name": made["name"], "arguments": ""}
    return {"index": index, "id": f"call_{index}", "type": "function", "function": function}


def _interleaved(said: dict[str, Any]) -> list[dict[str, Any]]:
    rests = [
        [{"index": index, "function": {"arguments": piece}} for piece in made["pieces"]]
        for index, made in enumerate(said["calls"])
    ]
    turns = [index for index, rest in enumerate(rests) for _ in rest]
    if said["turns"] is not None:
        said["turns"].shuffle(turns)
    return [rests[index].pop(0) for index in turns]
