"""Streams that end before their end."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest

from costs.pricing import plain_text
from costs.records import Outcome
from tenants.actors import SYSTEM
from tenants.scope import ALL, scope
from tenants.services import declare_feature
from tests.gateway.processes import HTTP
from tests.gateway.responding import post as post_response
from tests.gateway.world import QUESTION, Customer, World, paid

type Asked = Callable[..., httpx.Response]
LONG: dict[str, Any] = {"chunks": 400, "chunk_delay_ms": 25}


def post(customer: Customer, **body: Any) -> httpx.Response:
    return customer.post({"model": "mini", "messages": QUESTION, **body})


def _pieces(stream: str) -> list[str]:
    return re.findall(r'"(?:content|delta)": ?"([^"]+)"', stream)


def test_a_provider_that_drops_the_stream_raises_in_the_client(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "drop", count=1, chunk_delay_ms=20)
    with customer.openai() as client:
        stream = iter(client.chat.completions.create(model="default", messages=QUESTION, stream=True))
        first = next(stream)
        with pytest.raises(openai.APIError) as caught:
            list(stream)
    assert first.choices
    assert (caught.value.type, caught.value.code) == ("provider_error", "provider_dropped")


def test_a_dropped_stream_is_billed_for_what_came(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "drop", count=1, chunk_delay_ms=20)
    response = customer.post({"model": "mini", "messages": QUESTION, "stream": True})
    assert "[DONE]" not in response.text
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.outcome, record.error_code, record.estimated) == (Outcome.PROVIDER_ERROR, "provider_dropped", True)
    assert record.usage.output_tokens > 0


@pytest.mark.parametrize("chunks", [None, 200])
@pytest.mark.parametrize("fault", ["drop", "error_event"])
@pytest.mark.parametrize("asked", [post, post_response])
def test_a_stream_that_breaks_off_is_billed_by_the_words_that_came(
    customer: Customer, world: World, asked: Asked, fault: str, chunks: int | None
) -> None:
    simulated = {"chunks": chunks, "chunk_delay_ms": 1} if chunks else {"chunk_delay_ms": 1}
    broken = asked(customer, stream=True, x_simulate={**simulated, "fault": fault})
    record = world.record_of(broken.headers["x-aiops-call-id"])
    pieces = _pieces(broken.text)
    assert record.usage.output_tokens == max(len(pieces), len("".join(pieces)) // 4) > 10
    assert record.estimated
    *_, told, failure = broken.text.strip().split("\n\n")
    assert (f"x-aiops-cost-usd={plain_text(paid(record))} x-aiops-cost-estimated=true" in told, "error" in failure) == (
        True,
        True,
    )


def test_what_the_users_of_the_feature_may_read_comes_with_the_error(customer: Customer, world: World) -> None:
    with scope(ALL):
        declare_feature("calm", name="Calm", safe_answer="Please call us.", by=SYSTEM)
    world.catch_up()
    body = {"model": "mini", "messages": QUESTION, "stream": True, "x_simulate": {"fault": "drop"}}
    response = customer.post(body, **{"X-AIOps-Feature": "calm"})
    assert '"safe_answer":"Please call us."' in response.text.strip().split("\n\n")[-1]


def test_no_other_model_is_spliced_on(customer: Customer, world: World) -> None:
    world.fail("sim-mini", "drop", count=1, chunk_delay_ms=20)
    before = world.asked()
    customer.post({"model": "default", "messages": QUESTION, "stream": True})
    assert world.asked() == before + 1


@pytest.mark.parametrize(
    ("pace", "estimated"),
    [({"chunks": 40, "chunk_delay_ms": 25}, False), ({"chunks": 400, "chunk_delay_ms": 50}, True)],
)
def test_a_caller_that_hangs_up_is_billed_for_what_was_made(
    customer: Customer, world: World, pace: dict[str, Any], estimated: bool
) -> None:
    """Read to its end for the provider's own count, if that comes soon; else counted by us."""
    headers = {"Authorization": f"Bearer {customer.key}", "X-AIOps-Feature": "answers", "X-AIOps-User": "u"}
    body = {"model": "mini", "messages": QUESTION, "stream": True, "x_simulate": pace}
    url = f"{customer.gateway.url}/v1/chat/completions"
    with HTTP.stream("POST", url, json=body, headers=headers) as response:
        next(response.iter_bytes())
    record = world.record_of(response.headers["x-aiops-call-id"])
    assert (record.outcome, record.estimated) == (Outcome.CANCELLED, estimated)
    assert record.usage.output_tokens > 30


def leave(customer: Customer, body: dict[str, Any], user: str) -> None:
    """A call by somebody who does not wait for what comes of it."""
    headers = {"Authorization": f"Bearer {customer.key}", "X-AIOps-Feature": "answers", "X-AIOps-User": user}
    url = f"{customer.gateway.url}/v1/chat/completions"
    with pytest.raises(httpx.ReadTimeout):
        HTTP.post(url, json=body, headers=headers, timeout=0.3)


def test_a_caller_that_hangs_up_before_the_answer_is_on_record_as_gone(customer: Customer, world: World) -> None:
    body = {"model": "mini", "messages": QUESTION, "x_simulate": {"fault": "slow", "delay_ms": 700}}
    leave(customer, body, "leaver")
    record = world.record_for("leaver")
    assert (record.outcome, record.estimated) == (Outcome.CANCELLED, False)


@pytest.mark.parametrize("stream", [False, True])
def test_a_silent_model_is_not_waited_for_when_nobody_waits_for_it(
    customer: Customer, world: World, stream: bool
) -> None:
    world.fail("*", "timeout")
    user = f"left-{stream}@customer.example"
    leave(customer, {"model": "mini", "messages": QUESTION, "stream": stream}, user)
    record = world.record_for(user)
    assert (record.outcome, [hop.reason for hop in record.hops]) == (Outcome.CANCELLED, ["cut"])
    assert (record.estimated, record.usage.input_tokens > 0) == (True, True)
