import asyncio
import os
from typing import Any

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel
from telling import POOR_KEY, STOPPED_KEY, raised_by, tell

llm = OpenAILike(
    model="default",
    api_base=os.environ["OPENAI_BASE_URL"],
    is_chat_model=True,
    is_function_calling_model=True,
    default_headers={"X-AIOps-Feature": "answers"},
)
question = [ChatMessage(role="user", content="How do I send a parcel back?")]
answer = llm.chat(question, extra_headers={"X-AIOps-User": "ann"}).message.content

embedder = OpenAILikeEmbedding(
    model_name="embedder",
    api_base=os.environ["OPENAI_BASE_URL"],
    api_key=os.environ["OPENAI_API_KEY"],
    default_headers={"X-AIOps-Feature": "answers", "X-AIOps-User": "embedded"},
)
vectors = embedder.get_text_embedding_batch(["one", "two"])


class Advice(BaseModel):
    """What to do."""

    topic: str
    days: int


def track_parcel(number: int) -> str:
    """Where a parcel is."""
    return f"Parcel {number} is in Leeds."


def chat(user: str, model: str = "default", **values: Any) -> OpenAILike:
    headers = {"X-AIOps-Feature": "answers", "X-AIOps-User": user}
    return OpenAILike(
        **{
            "model": model,
            "api_base": os.environ["OPENAI_BASE_URL"],
            "is_chat_model": True,
            "is_function_calling_model": True,
            "default_headers": headers,
            **values,
        }
    )


def streamed(user: str, **values: Any) -> dict[str, Any]:
    told = {"stream_options": {"include_usage": True}}
    pieces = list(chat(user, additional_kwargs=told, **values).stream_chat(question))
    usage = [piece.raw.usage.total_tokens for piece in pieces if piece.raw.usage]
    return {"text": "".join(piece.delta or "" for piece in pieces), "usage": usage}


async def agent_of(user: str) -> str:
    agent = FunctionAgent(tools=[track_parcel], llm=chat(user), streaming=True)
    return str(await agent.run("Track parcel 4711, please."))


def structured(user: str, **values: Any) -> dict[str, Any]:
    return chat(user, **values).as_structured_llm(Advice).chat(question).raw.model_dump()


def in_the_body() -> None:
    metadata = {"feature": "answers", "user": "metadata", "session": "chat-18"}
    chat("", default_headers=None, additional_kwargs={"extra_body": {"metadata": metadata}}).chat(question)


in_the_body()
tell(
    snippet={"answer": answer},
    stream=streamed("stream"),
    agent=asyncio.run(agent_of("tools")),
    schema=structured("schema", should_use_structured_outputs=True),
    schema_by_tool=structured("schema.tool"),
    embedded=[len(vector) for vector in vectors],
    untagged=raised_by(lambda: chat("", default_headers=None).chat(question)),
    stopped=raised_by(lambda: chat("stopped", api_key=STOPPED_KEY).chat(question)),
    poor=raised_by(lambda: chat("poor", api_key=POOR_KEY).chat(question)),
    busy_once=raised_by(lambda: chat("busy.once", "busy-once").chat(question).message.content),
    # It tries three times what the client that it is built on has tried three times each.
    busy=raised_by(lambda: chat("busy", "busy", max_retries=0).chat(question)),
    broken=raised_by(lambda: streamed("broken", model="breaking")),
)
