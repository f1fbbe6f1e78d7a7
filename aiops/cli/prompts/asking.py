"""`aiops prompts check --ask`: a model looks for contradictions, through the gateway, as any application would."""

# ruff: noqa: PLC0415 - OpenAI's client is half a second that only those pay who ask
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import typer

from aiops.cli.failing import fail
from aiops.cli.plain import plain_line
from aiops.cli.printing import counted
from aiops.cli.prompts.confirming import known_gateway

if TYPE_CHECKING:
    from openai import OpenAI

    from prompts.files import Problem, PromptFile

FEATURE: Final = "prompt-check"
_USER: Final = "system:prompt-check"
_AT_ONCE: Final = 4
_TIMEOUT_SECONDS: Final = 150.0
_PROGRESS_SECONDS: Final = 5.0
_SHOWN: Final = 5
# Whoever is refused so is refused every time: the other prompts need not be asked about.
_HOPELESS: Final = frozenset({401, 403, 404})
_HOPELESS_CODES: Final = frozenset({"unknown_feature", "over_budget", "budget_unavailable", "budget_without_price"})


@dataclass(slots=True)
class Asked:
    """`unasked`: by prompt, why nobody knows. `cost_usd` is of the calls whose price is known; `unpriced`: others."""

    prompts: int = 0
    problems: "list[Problem]" = field(default_factory=list)
    dropped: int = 0
    unasked: dict[str, str] = field(default_factory=dict)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    unpriced: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "prompts": self.prompts,
            "hints": len(self.problems),
            "dropped": self.dropped,
            "unasked": [{"prompt": name, "reason": why} for name, why in self.unasked.items()],
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cost_usd": str(self.cost_usd) if self.unpriced < self.prompts else None,
            "unpriced": self.unpriced,
        }


class _Failed(Exception):
    def __init__(self, why: str, *, is_hopeless: bool = False) -> None:
        super().__init__(why)
        self.is_hopeless = is_hopeless


@dataclass(frozen=True, slots=True)
class _Reply:
    text: str
    input_tokens: int
    output_tokens: int
    # None: the price is not known.
    cost: Decimal | None


def ask(prompts: "Sequence[PromptFile]", *, model: str, feature: str) -> Asked:
    """Some at once. Ends the command only when it is not known where to ask, or as whom."""
    from openai import OpenAI

    address, key = _address(), _key()
    replies: dict[str, _Reply | _Failed] = {}
    began = time.monotonic()
    limits: dict[str, Any] = {"timeout": _TIMEOUT_SECONDS, "max_retries": 2}
    tags = {"X-AIOps-Feature": feature, "X-AIOps-User": _USER}
    with OpenAI(base_url=address, api_key=key, default_headers=tags, **limits) as client:
        for prompt, reply in _replies(client, prompts, model):
            replies[prompt.name] = reply
            if time.monotonic() - began > _PROGRESS_SECONDS:
                typer.echo(f"Asked about {len(replies):,} of {counted(len(prompts), 'prompt')}…", err=True)
                began = time.monotonic()
    asked = Asked()
    for prompt in prompts:
        _take(asked, prompt, replies[prompt.name])
    return asked


def tell(asked: Asked) -> None:
    """On stderr: what reads the report is told by the report."""
    cost = f"${asked.cost_usd.normalize():f}"
    if asked.unpriced:
        cost = "at an unknown price" if asked.unpriced == asked.prompts else f"{cost}, and some at an unknown price"
    tokens = f"{asked.input_tokens + asked.output_tokens:,} tokens"
    typer.echo(f"Asked about {counted(asked.prompts, 'prompt')}: {_found(asked)}; {tokens}, {cost}.", err=True)
    for why in dict.fromkeys(asked.unasked.values()):
        names = [name for name, reason in asked.unasked.items() if reason == why]
        more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
        told = f"Could not ask about {', '.join(names[:_SHOWN])}{more}: {why}."
        typer.secho(plain_line(told), err=True, fg=typer.colors.YELLOW)


def _found(asked: Asked) -> str:
    hints = counted(len(asked.problems), "hint")
    return f"{hints}, {asked.dropped:,} left out whose quotes stand nowhere" if asked.dropped else hints


def _address() -> str:
    address = known_gateway()
    if not address:
        fail("--ask calls a model through the gateway: set AIOPS_GATEWAY_URL to its address.", error="no_gateway")
    return f"{address.rstrip('/').removesuffix('/v1')}/v1"


def _key() -> str:
    key = os.environ.get("AIOPS_KEY", "").strip()
    if not key.isascii() or not key:
        how = "`aiops key create --tenant SLUG` makes one"
        fail(f"--ask calls a model as an application does: set AIOPS_KEY to a key for calls; {how}.", error="no_key")
    return key


def _replies(
    client: "OpenAI", prompts: "Sequence[PromptFile]", model: str
) -> "Iterator[tuple[PromptFile, _Reply | _Failed]]":
    hopeless: list[_Failed] = []

    def reply_about(prompt: "PromptFile") -> _Reply | _Failed:
        if hopeless:
            return hopeless[0]
        try:
            return _ask(client, prompt, model)
        except _Failed as failed:
            if failed.is_hopeless:
                hopeless.append(failed)
            return failed

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        under_way = {pool.submit(reply_about, prompt): prompt for prompt in prompts}
        try:
            for done in as_completed(under_way):
                yield under_way[done], done.result()
        finally:
            # Ctrl-C: what is not under way yet is not paid for any more.
            pool.shutdown(wait=False, cancel_futures=True)


def _take(asked: Asked, prompt: "PromptFile", reply: _Reply | _Failed) -> None:
    from prompts.lint import Nonsense, hints_in

    if isinstance(reply, _Failed):
        asked.unasked[prompt.name] = str(reply)
        return
    asked.prompts += 1
    asked.input_tokens += reply.input_tokens
    asked.output_tokens += reply.output_tokens
    asked.unpriced += reply.cost is None
    asked.cost_usd += reply.cost or 0
    try:
        hints = hints_in(reply.text, prompt)
    except Nonsense as fault:
        asked.unasked[prompt.name] = f"the model was asked, and {fault}"
        return
    asked.dropped += hints.dropped
    # A part may stand in many prompts; where it contradicts itself is told once.
    places = {(each.path, each.line, each.column) for each in asked.problems}
    asked.problems += [each for each in hints.problems if (each.path, each.line, each.column) not in places]


def _ask(client: "OpenAI", prompt: "PromptFile", model: str) -> _Reply:
    import openai

    from prompts.lint import SCHEMA, question_about

    form: Any = {"type": "json_schema", "json_schema": {"name": "contradictions", "strict": True, "schema": SCHEMA}}
    messages: Any = question_about(prompt)
    try:
        raw = client.chat.completions.with_raw_response.create(model=model, messages=messages, response_format=form)
    except openai.APIStatusError as refused:
        raise _refused(refused) from refused
    except openai.APITimeoutError as late:
        raise _Failed(f"there was no answer within {_TIMEOUT_SECONDS:g} s") from late
    except openai.APIConnectionError as fault:
        raise _Failed("the gateway could not be reached", is_hopeless=True) from fault
    if raw.headers.get("x-aiops-stop"):
        raise _Failed("AI is stopped here, so no model was asked", is_hopeless=True)
    return _reply(raw)


def _refused(refused: Any) -> _Failed:
    code, body = str(refused.code or ""), refused.body if isinstance(refused.body, dict) else {}
    said = str(body.get("message") or f"it answered {refused.status_code}").rstrip(".")
    is_stopped = "x-aiops-stop" in refused.response.headers
    is_hopeless = is_stopped or refused.status_code in _HOPELESS or code in _HOPELESS_CODES
    return _Failed(f"the gateway refused it ({code or refused.status_code}): {said}", is_hopeless=is_hopeless)


def _reply(raw: Any) -> _Reply:
    """What stands behind a gateway may send anything; what it cost is known all the same."""
    try:
        answer = raw.parse()
        text = str(answer.choices[0].message.content or "")
        usage = answer.usage
        counts = (int(usage.prompt_tokens), int(usage.completion_tokens)) if usage else (0, 0)
    # Whatever it is, it is no answer.
    except Exception:
        text, counts = "", (0, 0)
    return _Reply(text, *counts, _cost(raw.headers))


def _cost(headers: Mapping[str, str]) -> Decimal | None:
    try:
        cost = Decimal(headers.get("x-aiops-cost-usd", ""))
    except InvalidOperation:
        return None
    return cost if cost.is_finite() else None
