"""One unit's call to the gateway, by OpenAI's own client, and what came of it."""

# ruff: noqa: PLC0415 - OpenAI's client is a second and 25 MB that only those pay who ask: no page, no other worker
import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote
from uuid import UUID

from evals.naming import feature_of
from evals.planning import Unit
from evals.scoring.checks import Output
from gateway.grounding.measuring import HEADER

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

# Of gateway.grounding.measuring.
DEMANDS_OF: Final = HEADER.decode()
USER: Final = "system:evals"
# The gateway says when to come back; a model that is limited for longer than this takes cannot be measured.
_RETRIES: Final = 6
_TIMEOUT_SECONDS: Final = 150.0
# A gateway hears of a new key, feature or version within a second or two; until then it knows none of them.
_NOT_YET_KNOWN: Final = frozenset({"invalid_api_key", "unknown_feature", "prompt_not_found"})
_KNOWN_AFTER_SECONDS: Final = 5.0
_NO_HEADERS: Final[Mapping[str, str]] = {}
_PAUSE_SECONDS: Final = 0.2
# More than a column takes, and than any model's window.
_MOST_TOKENS: Final = 2**31 - 1


class Grounded(NamedTuple):
    """What the gateway says of an answer from sources: how sure it is, and why nobody gets it, if nobody does."""

    confidence: float | None
    refusal: str


class UnderWay(Exception):
    """The gateway is at this very call, for a task that died or is taken for dead: its answer comes later."""


@dataclass(frozen=True, slots=True)
class Answer:
    output: Output
    input_tokens: int | None = None
    output_tokens: int | None = None
    model_returned: str = ""
    call_id: UUID | None = None
    grounded: Grounded | None = None


class Asker:
    """As the built-in tenant, tagged with the suite's feature: stops, budgets and metering hold for it as for any."""

    def __init__(self, client: "AsyncOpenAI", *, suite: str, session: str, stands_for: str = "") -> None:
        self._client = client
        # Whose demands its answers from sources are held to, all but the threshold.
        self._demands = {DEMANDS_OF: stands_for} if stands_for else _NO_HEADERS
        self._tags = {"X-AIOps-Feature": feature_of(suite), "X-AIOps-User": USER, "X-AIOps-Session": session}
        self._session = session
        self._known_at = time.monotonic() + _KNOWN_AFTER_SECONDS

    @classmethod
    def to(cls, base_url: str, api_key: str, *, suite: str, session: str, stands_for: str = "") -> "Asker":
        from openai import AsyncOpenAI

        client = AsyncOpenAI(base_url=base_url, api_key=api_key, max_retries=_RETRIES, timeout=_TIMEOUT_SECONDS)
        return cls(client, suite=suite, session=session, stands_for=stands_for)

    async def ask(
        self,
        unit: Unit,
        *,
        prompt: str,
        version: str,
        variables: Mapping[str, Any],
        sources: Any = None,
        model: str = "",
    ) -> Answer:
        """Raises nothing but UnderWay: whatever else happens is the answer's error. `model`: instead of its own."""
        headers = {"X-AIOps-Model": model} if model else {}
        body: dict[str, Any] = {"prompt": {"name": prompt, "version": version, "variables": dict(variables)}}
        if sources is not None:
            body, headers = {**body, "sources": sources}, {**headers, **self._demands}
        return await self._send([], body, self._key(unit), headers=headers)

    async def judge(self, unit: Unit, number: int, messages: list[dict[str, Any]], model: str) -> str:
        answer = await self._send(messages, {}, f"{self._key(unit)}:{number}:judge", model=model)
        if answer.output.error:
            raise RuntimeError(answer.output.error)
        return answer.output.text

    async def close(self) -> None:
        await self._client.close()

    def _key(self, unit: Unit) -> str:
        """Asked again after a worker died, the gateway gives the first answer, and nothing is paid twice."""
        # A header takes only some characters; a case's key may have any.
        return f"{self._session}:{unit.arm}:{quote(unit.case, errors='replace')}:{unit.repeat}"

    async def _send(
        self,
        messages: list[Any],
        body: Mapping[str, Any],
        key: str,
        *,
        model: str = "default",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        from openai import APIStatusError

        sent = {**self._tags, **headers, "X-AIOps-Idempotency-Key": key}
        while True:
            began = time.perf_counter()
            try:
                raw = await self._client.chat.completions.with_raw_response.create(
                    model=model, messages=messages, extra_body=dict(body), extra_headers=sent
                )
            except APIStatusError as refused:
                if _code(refused) == "in_progress":
                    raise UnderWay from refused
                if _code(refused) not in _NOT_YET_KNOWN or time.monotonic() > self._known_at:
                    return Answer(Output(error=_said(refused)), call_id=_call_id(refused.response.headers))
                await asyncio.sleep(_PAUSE_SECONDS)
            # Also a variable that is no JSON: one unit must not take the run with it.
            except Exception as fault:
                return Answer(Output(error=f"{type(fault).__name__}: {fault}"[:1000]))
            else:
                return _answer(raw, int((time.perf_counter() - began) * 1000))


def _answer(raw: Any, milliseconds: int) -> Answer:
    """Providers send anything: what is no answer is told, and what it cost is known all the same."""
    model, cost, call_id = raw.headers.get("x-aiops-model", ""), _cost(raw.headers), _call_id(raw.headers)
    if stop := raw.headers.get("x-aiops-stop"):
        # Marked as what it is: no model said it, so there is nothing to measure.
        return Answer(Output(error=f"AI is stopped, by stop {stop}: this answer is canned."), call_id=call_id)
    try:
        return _read(raw.parse(), model, cost, call_id, milliseconds)
    except Exception as fault:
        error = f"The answer cannot be read. {type(fault).__name__}: {fault}"[:1000]
        return Answer(Output(error=error, latency_ms=milliseconds, cost_usd=cost, model=model), call_id=call_id)


def _read(completion: Any, model: str, cost: Decimal | None, call_id: UUID | None, milliseconds: int) -> Answer:
    choice, usage = completion.choices[0], completion.usage
    output = Output(
        text=_text(choice.message.content) or _text(choice.message.refusal),
        latency_ms=milliseconds,
        cost_usd=cost,
        finish_reason=_text(choice.finish_reason) or None,
        tool_calls=tuple(call.model_dump(exclude_none=True) for call in choice.message.tool_calls or ()),
        model=model,
    )
    return Answer(
        output,
        input_tokens=_tokens(usage, "prompt_tokens"),
        output_tokens=_tokens(usage, "completion_tokens"),
        model_returned=_text(completion.model),
        call_id=call_id,
        grounded=_grounded(getattr(completion, "grounding", None)),
    )


def _grounded(told: Any) -> Grounded | None:
    if not isinstance(told, Mapping):
        return None
    sure = told.get("confidence")
    reason = str(told.get("reason") or "") if told.get("refused") else ""
    return Grounded(None if sure is None else float(sure), reason)


def _text(value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"it has {type(value).__name__} where text should be")
    return value or ""


def _tokens(usage: Any, name: str) -> int | None:
    """What cannot be a number of tokens is not measured."""
    value = getattr(usage, name, None)
    return value if type(value) is int and 0 <= value <= _MOST_TOKENS else None


def _cost(headers: Mapping[str, str]) -> Decimal | None:
    try:
        cost = Decimal(headers.get("x-aiops-cost-usd", ""))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() else None


def _call_id(headers: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(headers.get("x-aiops-call-id", ""))
    except ValueError:
        return None


def _said(refused: "APIStatusError") -> str:
    body = refused.body if isinstance(refused.body, dict) else {}
    return f"{refused.status_code} {_code(refused)}: {body.get('message') or refused}"[:1000]


def _code(refused: "APIStatusError") -> str:
    return str(refused.code or "")
