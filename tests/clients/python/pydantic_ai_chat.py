import asyncio
from typing import Any

from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider
from telling import POOR_KEY, QUESTION, STOPPED_KEY, raised_by, tell

openai = AsyncOpenAI(default_headers={"X-AIOps-Feature": "answers"})
model = OpenAIChatModel("default", provider=OpenAIProvider(openai_client=openai))
agent = Agent(model)


async def ask(question: str, user: str) -> str:
    done = await agent.run(question, model_settings={"extra_headers": {"X-AIOps-User": user}})
    return done.output


TRACK = "Track parcel 4711, please."


class Advice(BaseModel):
    """What to do."""

    topic: str
    days: int


def track_parcel(number: int) -> str:
    """Where a parcel is."""
    return f"Parcel {number} is in Leeds."


def agent_for(
    user: str, name: str = "default", key: str | None = None, kind: Any = OpenAIChatModel, **values: Any
) -> Agent[None, Any]:
    client = AsyncOpenAI(api_key=key, default_headers={"X-AIOps-Feature": "answers", "X-AIOps-User": user})
    return Agent(kind(name, provider=OpenAIProvider(openai_client=client)), **values)


def run(user: str, *, question: str = QUESTION, **values: Any) -> Any:
    return agent_for(user, **values).run_sync(question).output


def turns(user: str, **values: Any) -> Any:
    agent = agent_for(user, **values)
    first = agent.run_sync(QUESTION)
    return agent.run_sync("How long does delivery take?", message_history=first.all_messages()).output


async def streamed(user: str, name: str = "default", **values: Any) -> dict[str, Any]:
    async with agent_for(user, name, **values).run_stream(QUESTION) as stream:
        text = "".join([piece async for piece in stream.stream_text(delta=True)])
        return {"text": text, "usage": [stream.usage.total_tokens]}


def in_the_body() -> None:
    metadata = {"feature": "answers", "user": "metadata", "session": "chat-18"}
    Agent(OpenAIChatModel("default")).run_sync(QUESTION, model_settings={"extra_body": {"metadata": metadata}})


in_the_body()
tell(
    snippet={"answer": asyncio.run(ask("How do I send a parcel back?", "ann"))},
    stream=asyncio.run(streamed("stream")),
    agent=run("tools", question=TRACK, tools=[track_parcel]),
    agent_with_schema=run("both", question=TRACK, tools=[track_parcel], output_type=Advice).model_dump(),
    schema=run("schema", output_type=NativeOutput(Advice)).model_dump(),
    schema_by_tool=run("schema.tool", output_type=Advice).model_dump(),
    responses={
        "stream": asyncio.run(streamed("responses.stream", kind=OpenAIResponsesModel)),
        "agent": run("responses.tools", question=TRACK, tools=[track_parcel], kind=OpenAIResponsesModel),
        "turns": turns("responses.turns", kind=OpenAIResponsesModel),
        "schema": run("responses.schema", output_type=NativeOutput(Advice), kind=OpenAIResponsesModel).model_dump(),
    },
    untagged=raised_by(lambda: Agent(OpenAIChatModel("default")).run_sync(QUESTION)),
    stopped=raised_by(lambda: run("stopped", key=STOPPED_KEY)),
    poor=raised_by(lambda: run("poor", key=POOR_KEY)),
    busy_once=raised_by(lambda: run("busy.once", name="busy-once")),
    busy=raised_by(lambda: run("busy", name="busy")),
    broken=raised_by(lambda: asyncio.run(streamed("broken", "breaking"))),
)
