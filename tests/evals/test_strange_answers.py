"""Whatever a provider sends, a unit comes to an end: with an answer, or with why there is none."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from openai import AsyncOpenAI

from evals import services
from evals.models import Result, Run
from evals.planning import Unit
from evals.runner.answers import Answer, Asker, UnderWay
from evals.runner.judge import GatewayJudge
from evals.runner.writing import Done, write
from evals.scoring.checks import Check, Graded, Output, Verdict
from tenants.actors import SYSTEM
from tenants.models import Tenant
from tests.evals.factories import AT, make_suite
from tests.prompts.factories import make_version

MESSAGE = {"role": "assistant", "content": "Yes."}
CHOICE = {"index": 0, "finish_reason": "stop", "message": MESSAGE}
ANSWER: dict[str, Any] = {"id": "x", "object": "chat.completion", "created": 1, "model": "mini", "choices": [CHOICE]}
UNIT = Unit("head", "größe – 1\n", 0)


class Gateway:
    """Gives what it is told to, and remembers what it was asked."""

    def __init__(self, status: int, body: str, headers: dict[str, str]) -> None:
        self.keys: list[str] = []
        self._response = lambda: httpx.Response(
            status, content=body, headers={"Content-Type": "application/json", **headers}
        )

    def asker(self) -> Asker:
        transport = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        client = AsyncOpenAI(base_url="http://gateway/v1", api_key="key", max_retries=0, http_client=transport)
        return Asker(client, suite="welcome", session="run")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers["x-aiops-idempotency-key"])
        return self._response()


def gateway(body: Any, status: int = 200, **headers: str) -> Gateway:
    return Gateway(status, body if isinstance(body, str) else json.dumps(body), headers)


def ask(body: Any, status: int = 200, *, variables: dict[str, Any] | None = None, **headers: str) -> Answer:
    async def call() -> Answer:
        asker = gateway(body, status, **headers).asker()
        try:
            return await asker.ask(UNIT, prompt="welcome", version="v", variables=variables or {})
        finally:
            await asker.close()

    return asyncio.run(call())


@pytest.mark.parametrize(
    "body",
    [
        ANSWER | {"choices": []},
        ANSWER | {"choices": None},
        ANSWER | {"choices": [None]},
        ANSWER | {"choices": [{"index": 0, "finish_reason": "stop"}]},
        ANSWER | {"choices": [CHOICE | {"message": None}]},
        ANSWER | {"choices": [CHOICE | {"message": MESSAGE | {"content": [{"type": "text"}]}}]},
        ANSWER | {"choices": [CHOICE | {"message": MESSAGE | {"tool_calls": [None]}}]},
        ANSWER | {"choices": [CHOICE | {"finish_reason": 7}]},
        ANSWER | {"model": 7},
        {},
        [],
        None,
        "{",
        "",
    ],
)
def test_what_is_no_answer_is_an_error_that_says_so(body: Any) -> None:
    found = ask(body, **{"x-aiops-cost-usd": "0.01"})
    assert "cannot be read" in found.output.error
    assert str(found.output.cost_usd) == "0.01"


@pytest.mark.parametrize("count", [-5, 3_000_000_000, 1.5, "many", None, [1]])
def test_a_count_of_tokens_that_cannot_be_is_not_measured(count: Any) -> None:
    found = ask(ANSWER | {"usage": {"prompt_tokens": count, "completion_tokens": 3, "total_tokens": 4}})
    assert (found.output.text, found.input_tokens, found.output_tokens) == ("Yes.", None, 3)


@pytest.mark.parametrize("usage", [None, {}, [], "none"])
def test_usage_that_is_none_is_not_measured(usage: Any) -> None:
    found = ask(ANSWER | {"usage": usage})
    assert (found.output.error, found.input_tokens) == ("", None)


def test_headers_that_say_nothing_are_not_measured() -> None:
    found = ask(ANSWER, **{"x-aiops-cost-usd": "NaN", "x-aiops-call-id": "none"})
    assert (found.output.text, found.output.cost_usd, found.call_id) == ("Yes.", None, None)


def test_a_variable_that_is_no_json_is_the_units_error() -> None:
    assert "not JSON serializable" in ask(ANSWER, variables={"question": object()}).output.error


def test_a_call_that_is_under_way_has_no_answer_yet() -> None:
    with pytest.raises(UnderWay):
        ask({"error": {"code": "in_progress", "message": "Later."}}, 409)


def test_each_judge_of_a_unit_has_a_key_of_its_own_the_same_each_time() -> None:
    there = gateway(ANSWER)

    async def judged() -> None:
        asker = there.asker()
        judge = GatewayJudge(asker, UNIT, "default")
        await judge.ask([{"role": "user", "content": "first"}])
        await judge.ask([{"role": "user", "content": "second"}])
        await asker.close()

    asyncio.run(judged())
    asyncio.run(judged())
    unit = "run:head:gr%C3%B6%C3%9Fe%20%E2%80%93%201%0A:0"
    assert there.keys == [f"{unit}:0:judge", f"{unit}:1:judge"] * 2


def test_a_judge_that_is_under_way_is_told_apart_from_one_that_failed() -> None:
    async def judged(status: int, code: str) -> bool:
        asker = gateway({"error": {"code": code, "message": "No."}}, status).asker()
        judge = GatewayJudge(asker, UNIT, "default")
        with pytest.raises((UnderWay, RuntimeError)):
            await judge.ask([])
        await asker.close()
        return judge.is_under_way

    assert asyncio.run(judged(409, "in_progress"))
    assert not asyncio.run(judged(400, "invalid_body"))


@pytest.fixture
def run(operator: Tenant) -> Run:
    return services.start_run(make_suite(cases=4), head=make_version(), by=SYSTEM, at=AT)


def done(number: int, **values: Any) -> Done:
    return Done(Unit("head", f"case-{number}", 0), Answer(Output(text="Yes."), **values), Graded(True, 1.0))


def test_a_models_name_is_kept_without_what_no_column_takes(run: Run) -> None:
    write(run, [done(0, model_returned="mi\0ni\ud800" + "x" * 400)])
    kept = Result.objects.of(run).asked().get().model_returned
    assert (kept[:6], len(kept)) == ("mi\ufffdni?", 300)


def _unscored(score: float) -> Graded:
    return Graded(True, 1.0, (Check("llm-rubric", Verdict.PASS, score),))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda each: each._replace(answer=Answer(Output(text="Yes."), input_tokens=-5)),
        lambda each: each._replace(answer=Answer(Output(text="Yes."), output_tokens=3_000_000_000)),
        lambda each: each._replace(graded=_unscored(float("nan"))),
        lambda each: each._replace(graded=Graded(True, 1.0, (object(),))),
    ],
)
def test_one_that_cannot_be_kept_takes_no_other_with_it(run: Run, spoil: Callable[[Done], Done]) -> None:
    write(run, [done(0), spoil(done(1)), done(2)])
    rows = {row.case: row for row in Result.objects.of(run).asked()}
    assert [rows[f"case-{number}"].passed for number in range(3)] == [True, None, True]
    assert "cannot be kept" in rows["case-1"].error
