from typing import Any

import instructor
from openai import DefaultHttpxClient, OpenAI
from pydantic import BaseModel
from telling import POOR_KEY, QUESTION, STOPPED_KEY, raised_by, tell


class Advice(BaseModel):
    """What to do."""

    topic: str
    days: int


seen: dict[str, str] = {}
watched = DefaultHttpxClient(event_hooks={"response": [lambda response: seen.update(response.headers)]})

client = instructor.from_openai(OpenAI(default_headers={"X-AIOps-Feature": "answers"}, http_client=watched))
advice = client.create(
    model="default",
    messages=[{"role": "user", "content": "How do I send a parcel back?"}],
    response_model=Advice,
    extra_headers={"X-AIOps-User": "ann"},
)
call_id, cost = seen["x-aiops-call-id"], seen["x-aiops-cost-usd"]


def ask(user: str, *, mode: Any = instructor.Mode.TOOLS, key: str | None = None, model: str = "default") -> Any:
    tags = {"X-AIOps-Feature": "answers", "X-AIOps-User": user}
    patched = instructor.from_openai(OpenAI(api_key=key, default_headers=tags), mode=mode)
    asked: list[Any] = [{"role": "user", "content": QUESTION}]
    return patched.create(model=model, messages=asked, response_model=Advice).model_dump()


def partial(user: str, model: str = "default") -> list[Any]:
    tags = {"X-AIOps-Feature": "answers", "X-AIOps-User": user}
    patched = instructor.from_openai(OpenAI(default_headers=tags))
    asked: list[Any] = [{"role": "user", "content": QUESTION}]
    return [each.topic for each in patched.create_partial(model=model, messages=asked, response_model=Advice)]


def untagged() -> Any:
    asked: list[Any] = [{"role": "user", "content": QUESTION}]
    return instructor.from_openai(OpenAI()).create(model="default", messages=asked, response_model=Advice)


tell(
    snippet={"answer": advice.topic, "call_id": call_id, "cost": cost},
    schema=ask("schema", mode=instructor.Mode.JSON_SCHEMA),
    schema_by_tool=ask("schema.tool"),
    stream={"text": partial("stream")[-1]},
    untagged=raised_by(untagged),
    stopped=raised_by(lambda: ask("stopped", key=STOPPED_KEY)),
    poor=raised_by(lambda: ask("poor", key=POOR_KEY)),
    busy_once=raised_by(lambda: ask("busy.once", model="busy-once")),
    busy=raised_by(lambda: ask("busy", model="busy")),
    broken=raised_by(lambda: partial("broken", "breaking")),
)
