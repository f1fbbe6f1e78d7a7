import json
from typing import Any

from openai import OpenAI
from pydantic import BaseModel
from telling import POOR_KEY, QUESTION, STOPPED_KEY, raised_by, tell

client = OpenAI(default_headers={"X-AIOps-Feature": "answers"})

raw = client.chat.completions.with_raw_response.create(
    model="default",
    messages=[{"role": "user", "content": "How do I send a parcel back?"}],
    extra_headers={"X-AIOps-User": "ann", "X-AIOps-Session": "chat-17"},
)
answer = raw.parse().choices[0].message.content
call_id, cost = raw.headers["x-aiops-call-id"], raw.headers["x-aiops-cost-usd"]

ASKED: list[Any] = [{"role": "user", "content": QUESTION}]
TRACK = 'Track parcel 4711, "today".'
TOOL: Any = {
    "type": "function",
    "function": {
        "name": "track_parcel",
        "parameters": {"type": "object", "properties": {"number": {"type": "integer"}, "day": {"type": "string"}}},
    },
}


class Advice(BaseModel):
    topic: str
    days: int


def ask(user: str, *, by: OpenAI = client, model: str = "default", **values: Any) -> Any:
    return by.chat.completions.create(model=model, messages=values.pop("messages", ASKED), user=user, **values)


def streamed(**values: Any) -> dict[str, Any]:
    chunks = list(ask(stream=True, **values))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    usage = [chunk.usage.total_tokens for chunk in chunks if chunk.usage]
    return {"text": text, "usage": usage, "end": [each.choices[0].finish_reason for each in chunks if each.choices][-1]}


def used_a_tool() -> dict[str, Any]:
    asked: list[Any] = [{"role": "user", "content": TRACK}]
    said = ask("tools", messages=asked, tools=[TOOL]).choices[0].message
    call = said.tool_calls[0]
    asked += [said, {"role": "tool", "tool_call_id": call.id, "content": "It is in Leeds."}]
    final = ask("tools", messages=asked, tools=[TOOL]).choices[0].message.content
    return {"name": call.function.name, "arguments": json.loads(call.function.arguments), "final": final}


def streamed_a_tool() -> dict[str, Any]:
    asked: list[Any] = [{"role": "user", "content": TRACK}]
    with client.chat.completions.stream(model="default", messages=asked, tools=[TOOL], user="stream.tools") as stream:
        call = (stream.get_final_completion().choices[0].message.tool_calls or [])[0]
    return {"name": call.function.name, "arguments": json.loads(call.function.arguments)}


def parsed() -> dict[str, Any]:
    done = client.chat.completions.parse(model="default", messages=ASKED, response_format=Advice, user="parsed")
    advice = done.choices[0].message.parsed
    assert advice is not None
    return advice.model_dump()


def repeated() -> list[list[str | None]]:
    once = {"X-AIOps-Idempotency-Key": "order-17", "X-AIOps-User": "once"}
    raws = [
        client.chat.completions.with_raw_response.create(model="default", messages=ASKED, extra_headers=once)
        for _ in range(2)
    ]
    return [[each.headers["x-aiops-call-id"], each.headers.get("x-aiops-replayed")] for each in raws]


def cancelled() -> str:
    with ask("cancelled", model="unhurried", stream=True) as stream:
        return "".join(next(stream).choices[0].delta.content or "" for _ in range(3))


def untagged() -> dict[str, Any]:
    bare = OpenAI()
    return raised_by(lambda: bare.chat.completions.create(model="default", messages=ASKED))


def in_the_body() -> None:
    tags: Any = {"feature": "answers", "user": "metadata", "session": "chat-18"}
    OpenAI().chat.completions.create(model="default", messages=ASKED, metadata=tags)


in_the_body()
tell(
    snippet={"answer": answer, "call_id": call_id, "cost": cost},
    models=[model.id for model in client.models.list()],
    stream=streamed(user="stream"),
    usage=streamed(user="stream.usage", stream_options={"include_usage": True}),
    whole_usage=ask("whole.usage").usage.total_tokens,
    tools=used_a_tool(),
    stream_tools=streamed_a_tool(),
    parsed=parsed(),
    repeated=repeated(),
    cancelled=cancelled(),
    untagged=untagged(),
    unknown=raised_by(lambda: ask("unknown", model="gpt-99")),
    stopped=raised_by(lambda: ask("stopped", by=client.with_options(api_key=STOPPED_KEY))),
    poor=raised_by(lambda: ask("poor", by=client.with_options(api_key=POOR_KEY))),
    busy_once=raised_by(lambda: ask("busy.once", model="busy-once").choices[0].message.content),
    busy=raised_by(lambda: ask("busy", model="busy")),
    broken=raised_by(lambda: streamed(user="broken", model="breaking")),
)
