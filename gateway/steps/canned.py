"""What a stop in mode canned gives: the feature's safe answer, in OpenAI's shape and marked as what it is. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from gateway import sse
from gateway.asgi import Headers
from gateway.call import Call
from gateway.dialects.dialect import Unsupported
from gateway.dialects.transcript import STRANGE
from gateway.grounding.policy import Mode as Grounding
from gateway.grounding.shaping import of_nobody
from gateway.routing.upstream import wants_usage
from killswitch.guard import ActiveStop
from killswitch.scopes import Mode

_MODEL: Final = "aiops/canned"
_MOST_CHOICES: Final = 128


def fits(call: Call, stop: ActiveStop) -> bool:
    """Whether a text can stand for the answer: a program that reads JSON, or a tool's call, would fall over it."""
    if stop.mode != Mode.CANNED or not call.surface.is_in_words or _is_grounded(call):
        return False
    try:
        body = call.body if call.is_lowered else call.surface.lowered(call.body)
    except (Unsupported, *STRANGE):
        return False
    return not (_wants_json(body) or _wants_tool(body) or _wants_sound(body))


def told(stop: ActiveStop) -> Headers:
    return [(b"x-aiops-stop", str(stop.id).encode()), (b"x-aiops-canned", b"true")]


def whole(call: Call, stop: ActiveStop) -> bytes:
    return orjson.dumps(_completion(call, stop))


def events(call: Call, stop: ActiveStop) -> bytes:
    """As the stream that was asked for, but for its end."""
    message = _completion(call, stop)
    head = {**message, "object": "chat.completion.chunk"}
    usage = head.pop("usage")
    said = [{"index": each["index"], "delta": each["message"], "finish_reason": None} for each in message["choices"]]
    ends = [{"index": each["index"], "delta": {}, "finish_reason": "stop"} for each in message["choices"]]
    chunks = [{**head, "choices": said}, {**head, "choices": ends}]
    if wants_usage(call):
        chunks.append({**head, "choices": [], "usage": usage})
    return b"".join(sse.event(orjson.dumps(chunk)) for chunk in chunks)


def _completion(call: Call, stop: ActiveStop) -> dict[str, Any]:
    text = call.feature.safe_answer or stop.message
    said = {"role": "assistant", "content": text, "refusal": None}
    choices = [
        {"index": index, "message": said, "logprobs": None, "finish_reason": "stop"}
        for index in range(_choices_wanted(call.body))
    ]
    mark = {"stop_id": str(stop.id), "mode": stop.mode}
    return {**of_nobody(str(call.id), _MODEL), "choices": choices, "aiops": mark}


def _choices_wanted(body: Mapping[str, Any]) -> int:
    wanted = body.get("n")
    return min(wanted, _MOST_CHOICES) if type(wanted) is int and wanted > 0 else 1


def _is_grounded(call: Call) -> bool:
    return call.grounded is not None or "sources" in call.body or call.feature.grounding.mode is Grounding.ENFORCE


def _wants_json(body: Mapping[str, Any]) -> bool:
    wanted = body.get("response_format")
    return isinstance(wanted, dict) and wanted.get("type") != "text"


def _wants_tool(body: Mapping[str, Any]) -> bool:
    return isinstance(body.get("function_call"), dict) or body.get("tool_choice", "auto") not in ("auto", "none", None)


def _wants_sound(body: Mapping[str, Any]) -> bool:
    wanted = body.get("modalities")
    return isinstance(wanted, list) and "audio" in wanted
