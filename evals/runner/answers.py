"""One unit's call to the gateway, by OpenAI's own client, and what came of it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import openai
from openai import AsyncOpenAI

from evals.planning import Unit
from evals.scoring.checks import Output
from evals.services.suites import feature_of

USER: Final = "system:evals"
# The gateway says when to come back; a model that is limited for longer than this takes cannot be measured.
_RETRIES: Final = 6
_TIMEOUT_SECONDS: Final = 150.0
# A gateway hears of a new key, feature or version within a second or two; until then it knows none of them.
_NOT_YET_KNOWN: Final = frozenset({"invalid_api_key", "unknown_feature", "prompt_not_found"})
_KNOWN_AFTER_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Answer:
    output: Output
    input_tokens: int | None = None
    output_tokens: int | None = None
    model_returned: str = ""
    call_id: UUID | None = None


class Asker:
    """As the built-in tenant, tagged with the suite's feature: stops, budgets and metering hold for it as for any."""

    def __init__(self, client: AsyncOpenAI, *, suite: str, session: str) -> None:
        self._client = client
        self._tags = {"X-AIOps-Feature": feature_of(suite), "X-AIOps-User": USER, "X-AIOps-Session": session}
        self._session = session
        self._known_at = time.monotonic() + _KNOWN_AFTER_SECONDS

    @classmethod
    def to(cls, base_url: str, api_key: str, *, suite: str, session: str) -> "Asker":
        client = AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=_RETRIES, timeout=_TIMEOUT_SECONDS)
        return cls(client, suite=suite, session=session)

    async def ask(self, unit: Unit, *, prompt: str, version: str, variables: Mapping[str, Any]) -> Answer:
        """Never raises for what the gateway or the model does: that is the answer's error."""
        # Asked again after a worker died, the gateway gives the first answer, and nothing is paid twice.
        key = f"{self._session}:{unit.arm}:{unit.case}:{unit.repeat}"
        body = {"prompt": {"name": prompt, "version": version, "variables": dict(variables)}}
        return await self._send([], body, {"X-AIOps-Idempotency-Key": key})

    async def judge(self, messages: list[dict[str, Any]], model: str) -> str:
        answer = await self._send(messages, {}, {}, model=model)
        if answer.output.error:
            raise RuntimeError(answer.output.error)
        return answer.output.text

    async def close(self) -> None:
        await self._client.close()

    async def _send(
        self, messages: list[Any], body: Mapping[str, Any], headers: Mapping[str, str], *, model: str = "default"
    ) -> Answer:
        while True:
            began = time.perf_counter()
            try:
                raw = await self._client.chat.completions.with_raw_response.create(
                    model=model, messages=messages, extra_body=dict(body), extra_headers={**self._tags, **headers}
                )
            except openai.APIStatusError as refused:
                if _code(refused) not in _NOT_YET_KNOWN or time.monotonic() > self._known_at:
                    return Answer(Output(error=_said(refused)), call_id=_call_id(refused.response.headers))
                await asyncio.sleep(_PAUSE_SECONDS)
            except openai.OpenAIError as fault:
                return Answer(Output(error=f"{type(fault).__name__}: {fault}"[:1000]))
            else:
                return _answer(raw.parse(), raw.headers, int((time.perf_counter() - began) * 1000))


def _answer(completion: Any, headers: Mapping[str, str], milliseconds: int) -> Answer:
    choice = completion.choices[0]
    cost, usage = headers.get("x-aiops-cost-usd"), completion.usage
    calls = tuple(call.model_dump(exclude_none=True) for call in choice.message.tool_calls or ())
    return Answer(
        Output(
            text=choice.message.content or choice.message.refusal or "",
            latency_ms=milliseconds,
            cost_usd=Decimal(cost) if cost else None,
            finish_reason=choice.finish_reason,
            tool_calls=calls,
            model=headers.get("x-aiops-model", ""),
        ),
        input_tokens=usage.prompt_tokens if usage else None,
        output_tokens=usage.completion_tokens if usage else None,
        model_returned=completion.model or "",
        call_id=_call_id(headers),
    )


def _call_id(headers: Mapping[str, str]) -> UUID | None:
    text = headers.get("x-aiops-call-id")
    return UUID(text) if text else None


def _said(refused: openai.APIStatusError) -> str:
    body = refused.body if isinstance(refused.body, dict) else {}
    return f"{refused.status_code} {_code(refused)}: {body.get('message') or refused}"[:1000]


def _code(refused: openai.APIStatusError) -> str:
    return str(refused.code or "")
