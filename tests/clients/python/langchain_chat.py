from typing import Any

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel
from telling import POOR_KEY, QUESTION, STOPPED_KEY, raised_by, tell

llm = ChatOpenAI(
    model="default",
    default_headers={"X-AIOps-Feature": "answers"},
    include_response_headers=True,
)
answer = llm.invoke("How do I send a parcel back?", extra_headers={"X-AIOps-User": "ann"})
call_id = answer.response_metadata["headers"]["x-aiops-call-id"]
cost = answer.response_metadata["headers"]["x-aiops-cost-usd"]

embeddings = OpenAIEmbeddings(
    model="embedder",
    default_headers={"X-AIOps-Feature": "answers", "X-AIOps-User": "embedded"},
    check_embedding_ctx_length=False,
)
vectors = embeddings.embed_documents(["one", "two"])


class Advice(BaseModel):
    """What to do."""

    topic: str
    days: int


@tool
def track_parcel(number: int) -> str:
    """Where a parcel is."""
    return f"Parcel {number} is in Leeds."


def chat(user: str, model: str = "default", **values: Any) -> ChatOpenAI:
    headers = {"X-AIOps-Feature": "answers", "X-AIOps-User": user}
    return ChatOpenAI(model=model, default_headers=headers, **values)


def streamed(user: str, **values: Any) -> dict[str, Any]:
    # Asked of OpenAI's own address by itself, of any other only if told.
    chunks: list[Any] = list(chat(user, stream_usage=True, **values).stream(QUESTION))
    usage = [chunk.usage_metadata["total_tokens"] for chunk in chunks if chunk.usage_metadata]
    return {"text": "".join(chunk.text for chunk in chunks), "usage": usage}


def agent_of(user: str, **values: Any) -> str:
    agent = create_agent(chat(user, **values), tools=[track_parcel])
    done = agent.invoke({"messages": [{"role": "user", "content": "Track parcel 4711, please."}]})
    return str(done["messages"][-1].text)


def turns(user: str, **values: Any) -> str:
    llm = chat(user, **values)
    first = llm.invoke([("user", QUESTION)])
    return str(llm.invoke([("user", QUESTION), first, ("user", "How long does delivery take?")]).text)


def structured(user: str, method: Any, **values: Any) -> dict[str, Any]:
    advice = chat(user, **values).with_structured_output(Advice, method=method).invoke(QUESTION)
    return Advice.model_validate(advice).model_dump()


def in_the_body() -> None:
    metadata = {"feature": "answers", "user": "metadata", "session": "chat-18"}
    ChatOpenAI(model="default", extra_body={"metadata": metadata}).invoke(QUESTION)


in_the_body()
tell(
    snippet={"answer": answer.text, "call_id": call_id, "cost": cost},
    stream=streamed("stream"),
    agent=agent_of("tools"),
    schema=structured("schema", "json_schema"),
    schema_by_tool=structured("schema.tool", "function_calling"),
    responses={
        "stream": streamed("responses.stream", use_responses_api=True),
        "agent": agent_of("responses.tools", use_responses_api=True),
        "turns": turns("responses.turns", use_responses_api=True),
        "schema": structured("responses.schema", "json_schema", use_responses_api=True),
    },
    embedded=[len(vector) for vector in vectors],
    untagged=raised_by(lambda: ChatOpenAI(model="default").invoke(QUESTION)),
    stopped=raised_by(lambda: chat("stopped", api_key=STOPPED_KEY).invoke(QUESTION)),
    poor=raised_by(lambda: chat("poor", api_key=POOR_KEY).invoke(QUESTION)),
    busy_once=raised_by(lambda: chat("busy.once", "busy-once").invoke(QUESTION).text),
    busy=raised_by(lambda: chat("busy", "busy").invoke(QUESTION)),
    broken=raised_by(lambda: streamed("broken", model="breaking")),
)
