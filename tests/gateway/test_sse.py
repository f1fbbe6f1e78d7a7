"""Streams of events, cut and read without changing them."""

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.dialects.chat_stream import ChatTranscript
from gateway.sse import Framer, Malformed, comment

ROLE = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}], "usage": None}
WORD = {"choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": None}], "usage": None}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": None}
USAGE = {"choices": [], "usage": {"prompt_tokens": 24, "completion_tokens": 64}}
DONE = b"data: [DONE]\n\n"


def event(data: object, *, end: bytes = b"\n\n") -> bytes:
    return b"data: " + orjson.dumps(data) + end


ANSWER = event(ROLE) + event(WORD) * 5 + event(STOP) + event(USAGE) + DONE


def read(chunks: list[bytes], *, wants_usage: bool) -> tuple[bytes, ChatTranscript]:
    framer, transcript = Framer(), ChatTranscript(wants_usage=wants_usage)
    out = b"".join(transcript.read(framer.feed(chunk)) for chunk in chunks)
    return out + transcript.read(framer.flush()), transcript


@given(st.lists(st.integers(0, len(ANSWER)), max_size=12))
def test_however_it_is_cut_it_is_relayed_as_it_was(cuts: list[int]) -> None:
    ends = sorted(cuts)
    chunks = [ANSWER[start:end] for start, end in zip([0, *ends], [*ends, len(ANSWER)], strict=True)]
    out, transcript = read(chunks, wants_usage=True)
    assert out + DONE == ANSWER
    assert (transcript.finish_reason, transcript.is_done, transcript.usage) == ("stop", True, USAGE["usage"])


@given(st.lists(st.integers(0, len(ANSWER)), max_size=12))
def test_nothing_is_passed_on_that_ends_within_an_event(cuts: list[int]) -> None:
    framer = Framer()
    ends = sorted(cuts)
    passed = [framer.feed(ANSWER[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    assert [block for block in passed if block and not block.endswith(b"\n\n")] == []


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r"])
def test_events_end_in_every_way_that_the_standard_allows(end: bytes) -> None:
    answer = event(ROLE, end=end) + event(WORD, end=end) + event(STOP, end=end) + b"data: [DONE]" + end
    out, transcript = read([answer[:40], answer[40:]], wants_usage=True)
    assert out == answer.removesuffix(b"data: [DONE]" + end)
    assert transcript.is_complete


def test_usage_is_kept_back_from_a_caller_who_did_not_ask() -> None:
    out, transcript = read([ANSWER], wants_usage=False)
    assert b"prompt_tokens" not in out
    assert transcript.usage == USAGE["usage"]


def test_usage_in_an_event_that_also_answers_is_passed_on() -> None:
    both = event({**STOP, "usage": USAGE["usage"]})
    out, _ = read([event(WORD) + both], wants_usage=False)
    assert both in out


def test_comments_pass() -> None:
    out, transcript = read([b": working\n\n", event(WORD), b": still\n\n"], wants_usage=False)
    assert out == b": working\n\n" + event(WORD) + b": still\n\n"
    assert transcript.has_begun


@pytest.mark.parametrize(
    "delta",
    [
        {"content": "a"},
        {"tool_calls": [{"index": 0}]},
        {"refusal": "no"},
        {"reasoning_content": "hm"},
        {"audio": {"id": "x"}},
    ],
)
def test_an_answer_begins_with_its_first_word(delta: dict[str, object]) -> None:
    transcript = ChatTranscript(wants_usage=False)
    transcript.read(event(ROLE))
    assert not transcript.has_begun
    transcript.read(event({"choices": [{"delta": delta}]}))
    assert transcript.has_begun


@pytest.mark.parametrize("text", ["[DONE]", '"error"', '"usage":{', 'data: {"error":{}}', "finish_reason"])
def test_words_of_an_answer_are_not_taken_for_signs(text: str) -> None:
    said = event({"choices": [{"delta": {"content": text}, "finish_reason": None}]})
    out, transcript = read([event(WORD), said], wants_usage=False)
    assert out == event(WORD) + said
    assert (transcript.error, transcript.is_complete, transcript.usage) == (None, False, None)


@pytest.mark.parametrize(
    ("error", "told"),
    [({"message": "overloaded"}, {"message": "overloaded"}), ("overloaded", {"message": "overloaded"})],
)
def test_an_error_is_noticed_and_not_passed_on(error: object, told: dict[str, str]) -> None:
    out, transcript = read([event(WORD), event({"error": error})], wants_usage=False)
    assert (out, transcript.error) == (event(WORD), told)


@pytest.mark.parametrize("data", [b'{"choices": [', b"[1]", b"<html>"])
def test_a_beginning_that_is_not_json_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        ChatTranscript(wants_usage=False).read(b"data: " + data + b"\n\n")


_PIECES = st.lists(st.sampled_from([b"data: a", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n"]), max_size=30)


@given(_PIECES, st.lists(st.integers(0, 200), max_size=12))
def test_however_bytes_are_cut_no_end_of_an_event_is_missed(pieces: list[bytes], cuts: list[int]) -> None:
    told, framer = b"".join(pieces), Framer()
    ends = sorted(min(cut, len(told)) for cut in cuts)
    passed = [framer.feed(told[start:end]) for start, end in zip([0, *ends], [*ends, len(told)], strict=True)]
    rest = framer.flush()
    assert b"".join(passed) + rest == told
    assert [mark for mark in (b"\n\n", b"\r\n\r\n", b"\r\r") if mark in rest] == []


def test_an_event_that_never_ends_is_malformed() -> None:
    framer = Framer()
    with pytest.raises(Malformed):
        framer.feed(b"data: " + b"x" * (17 << 20))


def test_an_event_in_very_many_pieces_is_looked_through_once() -> None:
    framer = Framer()
    assert {framer.feed(b"x" * 50) for _ in range(300_000)} == {b""}
    assert len(framer.feed(b"\n\n")) == 300_000 * 50 + 2


def test_nor_may_it_never_end_piece_by_piece() -> None:
    framer = Framer()
    with pytest.raises(Malformed):
        [framer.feed(b"x" * 100_000) for _ in range(200)]


def test_tokens_are_counted_by_events_and_by_their_length() -> None:
    transcript = ChatTranscript(wants_usage=False)
    assert transcript.estimated_tokens() == 0
    transcript.read(event(ROLE))
    transcript.read(event(WORD) * 30)
    assert 30 <= transcript.estimated_tokens() <= 40
    transcript.read(event({"choices": [{"delta": {"content": "x" * 4000}, "finish_reason": None}], "usage": None}))
    assert 990 <= transcript.estimated_tokens() <= 1100


def test_what_we_add_is_a_comment_that_clients_skip() -> None:
    told = comment([(b"x-aiops-call-id", b"1"), (b"x-aiops-fallback", b"a/b:429, c/d:500")])
    assert re.fullmatch(rb": x-aiops-call-id=1 x-aiops-fallback=a/b:429,c/d:500\n\n", told)


def test_a_reason_that_is_no_text_is_kept_as_one() -> None:
    transcript = ChatTranscript(wants_usage=False)
    transcript.read(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":1}]}\n\n')
    assert transcript.finish_reason == "1"
