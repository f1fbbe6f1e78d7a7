import json
from typing import Any

from openai import OpenAI
from pydantic import BaseModel
from telling import POOR_KEY, QUESTION, STOPPED_KEY, raised_by, tell

client = OpenAI(default_headers={"X-AIOps-Feature": "answers"})

raw = client.responses.with_raw_response.create(
    model="default",
    input="How do I send a parcel back?",
    extra_headers={"X-AIOps-User": "ann"},
)
answer = raw.parse().output_text
call_id, cost = raw.headers["x-aiops-call-id"], raw.headers["x-aiops-cost-usd"]

vectors = client.embeddings.create(model="embedder", input=["one", "two"], user="embedded").data

TRACK = 'Track parcel 4711, "today".'
TOOL: Any = {
    "type": "function",
    "name": "track_parcel",
    "parameters": {"type": "object", "properties": {"number": {"type": "integer"}, "day": {"type": "string"}}},
    "strict": False,
}


class Advice(BaseModel):
    topic: str
    days: int


def ask(user: str, *, by: OpenAI = client, model: str = "default", **values: Any) -> Any:
    return by.responses.create(model=model, input=values.pop("input", QUESTION), user=user, **values)


def streamed(user: str, model: str) -> dict[str, Any]:
    with client.responses.stream(model=model, input=QUESTION, user=user) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert final.usage is not None
    return {"text": text, "final": final.output_text, "usage": final.usage.total_tokens}


def used_a_tool(user: str, model: str) -> dict[str, Any]:
    asked: list[Any] = [{"role": "user", "content": TRACK}]
    first = ask(user, model=model, input=asked, tools=[TOOL])
    call = next(item for item in first.output if item.type == "function_call")
    asked += [*first.output, {"type": "function_call_output", "call_id": call.call_id, "output": "It is in Leeds."}]
    final = ask(user, model=model, input=asked, tools=[TOOL]).output_text
    return {"name": call.name, "arguments": json.loads(call.arguments), "final": final}


def parsed(user: str, model: str) -> dict[str, Any]:
    advice = client.responses.parse(model=model, input=QUESTION, text_format=Advice, user=user).output_parsed
    assert advice is not None
    return advice.model_dump()


tell(
    snippet={"answer": answer, "call_id": call_id, "cost": cost},
    lowered={
        "stream": streamed("lowered.stream", "default"),
        "tools": used_a_tool("lowered.tools", "default"),
        "parsed": parsed("lowered.parsed", "default"),
    },
    native={
        "stream": streamed("native.stream", "native"),
        "tools": used_a_tool("native.tools", "native"),
        "parsed": parsed("native.parsed", "native"),
    },
    untagged=raised_by(lambda: OpenAI().responses.create(model="default", input=QUESTION)),
    stopped=raised_by(lambda: ask("stopped", by=client.with_options(api_key=STOPPED_KEY))),
    poor=raised_by(lambda: ask("poor", by=client.with_options(api_key=POOR_KEY))),
    busy_once=raised_by(lambda: ask("busy.once", model="busy-once").output_text),
    broken=raised_by(lambda: streamed("broken", "breaking")),
    embedded=[len(each.embedding) for each in vectors],
    embedding_of_a_stopped=raised_by(
        lambda: client.with_options(api_key=STOPPED_KEY).embeddings.create(model="embedder", input="one", user="halted")
    ),
)
