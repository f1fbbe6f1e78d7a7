"""Chat completions as responses."""

from typing import Any

import pytest
from hypothesis import given

from gateway.dialects.dialect import Unsupported
from gateway.surfaces import SURFACES
from gateway.surfaces.chat import ChatSurface
from gateway.surfaces.embeddings import EmbeddingsSurface
from tests.gateway.surfaces.answers import SURFACE, as_response, call_, completion, said, saying


def raised(*content: str, body: Any = None, **more: Any) -> dict[str, Any]:
    names = ("thought", "refusal", "calls", "finish_reason")
    spoken = saying(*content, **{name: more.pop(name) for name in names if name in more})
    return SURFACE.raised(completion(spoken, **more), SURFACE.repeated(body or {}))


@given(said())
def test_openais_own_type_takes_every_answer_as_it_is(spoken: dict[str, Any]) -> None:
    response = as_response(SURFACE.raised(completion(spoken)))
    assert response.output_text == "".join(spoken["content"])
    assert len({item.id for item in response.output}) == len(response.output)


def test_an_answer_has_its_text_and_its_usage() -> None:
    response = as_response(raised("You can ", "send it back."))
    assert (response.id, response.model, response.status) == ("resp_7", "mini-1", "completed")
    assert response.output_text == "You can send it back."
    assert response.usage is not None
    assert (response.usage.input_tokens, response.usage.output_tokens, response.usage.total_tokens) == (12, 7, 19)
    assert response.usage.input_tokens_details.cached_tokens == 4


def test_the_same_completion_has_the_same_ids() -> None:
    assert raised("Yes.") == raised("Yes.")


def test_what_was_thought_and_called_are_items_of_their_own() -> None:
    calls = [call_("look_up", "{}"), call_("look_up", "{}")]
    output = as_response(raised("Let me see.", thought=["Hm."], calls=calls, finish_reason="tool_calls")).output
    assert [item.type for item in output] == ["reasoning", "message", "function_call", "function_call"]
    assert output[0].to_dict()["content"] == [{"type": "reasoning_text", "text": "Hm."}]


def test_a_call_alone_has_no_message_beside_it() -> None:
    output = raised(calls=[call_("look_up", "{}")], finish_reason="tool_calls")["output"]
    assert [item["type"] for item in output] == ["function_call"]


def test_an_answer_of_nothing_is_an_empty_text() -> None:
    assert raised()["output"][0]["content"] == [{"type": "output_text", "text": "", "annotations": [], "logprobs": []}]


@pytest.mark.parametrize(
    ("finish_reason", "status", "details"),
    [
        ("length", "incomplete", {"reason": "max_output_tokens"}),
        ("content_filter", "incomplete", {"reason": "content_filter"}),
        ("stop", "completed", None),
        ("tool_calls", "completed", None),
        ("", "completed", None),
    ],
)
def test_why_it_ended_is_its_status(finish_reason: str, status: str, details: Any) -> None:
    response = raised("You can", finish_reason=finish_reason)
    assert (response["status"], response["incomplete_details"]) == (status, details)
    assert response["output"][0]["status"] == status


def test_an_answer_that_ended_in_an_error_failed() -> None:
    response = as_response(raised("You can", finish_reason="error"))
    assert response.status == "failed"
    assert response.error is not None


def test_a_refusal_is_no_text() -> None:
    response = as_response(raised(refusal=["No."]))
    assert response.output_text == ""
    assert response.output[0].to_dict()["content"] == [{"type": "refusal", "refusal": "No."}]


def test_a_refusal_that_is_told_twice_is_told_once() -> None:
    assert [part["type"] for part in raised("No.", refusal=["No."])["output"][0]["content"]] == ["refusal"]


def test_the_likelihood_of_its_tokens_comes_along() -> None:
    told = completion(saying("Yes."))
    token = {"token": "Yes.", "logprob": -0.1, "bytes": None}
    told["choices"][0]["logprobs"] = {"content": [{**token, "top_logprobs": [token]}]}
    (part,) = SURFACE.raised(told)["output"][0]["content"]
    shaped = {"token": "Yes.", "logprob": -0.1, "bytes": []}
    assert part["logprobs"] == [{**shaped, "top_logprobs": [shaped]}]
    as_response(SURFACE.raised(told))


def test_what_it_cites_comes_along() -> None:
    told = completion(saying("Yes."))
    cited = {"start_index": 0, "end_index": 4, "title": "T", "url": "https://a.example"}
    told["choices"][0]["message"]["annotations"] = [{"type": "url_citation", "url_citation": cited}]
    (part,) = SURFACE.raised(told)["output"][0]["content"]
    assert part["annotations"] == [{"type": "url_citation", **cited}]
    as_response(SURFACE.raised(told))


def test_usage_that_nobody_told_is_none() -> None:
    assert raised("Yes.", usage=None)["usage"] is None


def test_fields_that_it_does_not_know_are_kept_and_its_own_are_its_own() -> None:
    response = raised("Yes.", grounding={"mode": "enforce"}, system_fingerprint="fp", status="odd", store="odd")
    assert (response["grounding"], response["system_fingerprint"]) == ({"mode": "enforce"}, "fp")
    assert (response["status"], response["store"]) == ("completed", False)


def test_it_repeats_what_was_asked_for() -> None:
    tools = [{"type": "function", "name": "look_up", "parameters": {}, "strict": True}]
    body = {
        "model": "m",
        "input": "i",
        "tools": tools,
        "tool_choice": "required",
        "temperature": 0.5,
        "metadata": {"a": "b"},
    }
    response = as_response(raised("Yes.", body={**body, "instructions": "Be brief.", "parallel_tool_calls": False}))
    assert (response.instructions, response.temperature, response.metadata) == ("Be brief.", 0.5, {"a": "b"})
    assert (response.tool_choice, response.parallel_tool_calls) == ("required", False)
    assert [tool.to_dict() for tool in response.tools] == tools


def test_it_does_not_repeat_a_book() -> None:
    assert raised("Yes.", body={"instructions": "Be brief. " * 1000})["instructions"] is None


@pytest.mark.parametrize(
    ("items", "kinds"),
    [
        ("Hello", []),
        ([{"role": "user", "content": "Hello"}], []),
        ([{"role": "user", "content": [{"type": "input_text"}, {"type": "input_image"}]}], ["input_image"]),
        ([{"type": "function_call_output", "output": [{"type": "input_file"}]}], ["input_file"]),
        ([{"type": "computer_call_output", "output": {"type": "computer_screenshot"}}], ["computer_screenshot"]),
        ([{"role": "assistant", "content": [{"type": "output_text"}, {"type": "refusal"}]}, "odd"], []),
    ],
)
def test_what_is_not_text_is_found_in_the_input(items: Any, kinds: list[str]) -> None:
    assert [part["type"] for part in SURFACE.parts({"input": items})] == kinds


@pytest.mark.parametrize(
    ("body", "unseen"),
    [
        ({"input": "Hello", "tools": [{"type": "function"}, {"type": "custom"}], "prompt": {"name": "ours"}}, ""),
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": {"id": "conv_1"}}, "conversation"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt.id"),
        ({"tools": [{"type": "function"}, {"type": "web_search"}]}, "the tool web_search"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "item_reference"),
        ({"input": [{"id": "msg_1"}]}, "item_reference"),
    ],
)
def test_what_a_provider_reads_beyond_the_body_is_named(body: dict[str, Any], unseen: str) -> None:
    assert SURFACE.unseen(body) == unseen
    assert ChatSurface().unseen(body) == ""


def test_a_chat_completion_is_one_already() -> None:
    chat, told = ChatSurface(), completion(saying("Yes."))
    assert (chat.lowered(told), chat.raised(told)) == (told, told)


def test_embeddings_are_not_in_words() -> None:
    embeddings = EmbeddingsSurface()
    assert (embeddings.is_in_words, embeddings.bounds, list(embeddings.parts({}))) == (False, (), [])
    with pytest.raises(Unsupported):
        embeddings.lowered({})
    with pytest.raises(Unsupported):
        embeddings.raised({})


def test_every_surface_has_a_name_and_a_path_of_its_own() -> None:
    assert [(each.name, each.path) for each in SURFACES] == [
        ("chat", "/v1/chat/completions"),
        ("responses", "/v1/responses"),
        ("embeddings", "/v1/embeddings"),
    ]
