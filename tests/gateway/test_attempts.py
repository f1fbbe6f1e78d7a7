"""What an attempt says of its model, and what is left of one that ends with its call."""

import asyncio
from typing import Any, cast, override

import pytest

from costs.usage import Usage
from gateway.breakers import Breakers
from gateway.call import Call
from gateway.config import Member, Model, Provider, Route
from gateway.errors import Gone, NoAnswer
from gateway.process.pulse import Pulse
from gateway.routing.failures import Failed, Failure
from gateway.routing.upstream import BeforeRepeat, Connection, Response, Upstream, Whole
from gateway.routing.walk import Walk
from killswitch.inflight import Inflight
from tests.gateway.factories import admit, make_call, make_model
from tests.gateway.test_guard_points import make_pulse, make_snapshot

MINI = make_model()
REPLY: dict[str, Any] = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}}


class NeverAnswers(Upstream):
    def __init__(self, *, is_reached: bool) -> None:
        self._is_reached = is_reached

    @override
    async def post(self, provider: Provider, path: str, payload: bytes, connection: Connection) -> Response:
        connection.is_awaited = not self._is_reached
        await asyncio.Event().wait()
        raise AssertionError

    @override
    async def close(self) -> None: ...


async def _never(model: Model) -> None:
    raise AssertionError(model)


def ask(timeout_seconds: float, seconds: float, *, is_reached: bool) -> Failure:
    call = make_admitted()
    with pytest.raises(Failed) as caught:
        asyncio.run(
            NeverAnswers(is_reached=is_reached).ask(call, Member(MINI, timeout_seconds), seconds, before_repeat=_never)
        )
    return caught.value.failure


def make_admitted(**route: Any) -> Call:
    call = admit(make_call(x_aiops_user="u", x_aiops_feature="answers"))
    call.route = Route("default", (Member(MINI),), "default", **route)
    return call


def walk_of(call: Call, upstream: Any, breakers: Breakers, pulse: Any = None, *, gone: bool = False) -> Walk:
    return Walk(
        call,
        cast(Upstream, upstream),
        make_snapshot(),
        Inflight(),
        breakers,
        cast(Pulse, pulse or make_pulse()),
        is_abandoned=lambda: gone,
    )


@pytest.mark.parametrize(
    ("timeout_seconds", "is_reached", "reason", "is_billed"),
    [
        (0.01, True, "timeout", True),
        (0.01, False, "connect_timeout", False),
        # A chain whose deadline is its only model's time.
        (0.0101, True, "timeout", True),
        (60, True, "deadline", True),
        (60, False, "deadline", False),
    ],
)
def test_one_that_was_cut_by_the_deadline_was_not_too_slow(
    timeout_seconds: float, is_reached: bool, reason: str, is_billed: bool
) -> None:
    failure = ask(timeout_seconds, 0.01, is_reached=is_reached)
    assert (failure.reason, failure.may_be_billed) == (reason, is_billed)


class Fails:
    def __init__(self, failed: Failed) -> None:
        self._failed = failed

    async def ask(self, *_: Any, **more: Any) -> None:
        raise self._failed


@pytest.mark.parametrize(
    ("failed", "is_learnt"),
    [
        (Failed("timeout"), True),
        (Failed("connection"), True),
        (Failed("deadline"), False),
        (Failed("connection", is_stale=True), False),
    ],
)
def test_only_what_the_model_did_counts_against_it(failed: Failed, is_learnt: bool) -> None:
    breakers = Breakers()
    with pytest.raises(NoAnswer):
        asyncio.run(walk_of(make_admitted(), Fails(failed), breakers).answer())
    assert bool(breakers.known) is is_learnt


def test_none_is_begun_for_which_no_time_is_left() -> None:
    call = make_admitted(deadline_seconds=0.001)
    with pytest.raises(NoAnswer) as caught:
        asyncio.run(walk_of(call, Fails(Failed("deadline")), Breakers()).answer())
    assert (call.hops, caught.value.status) == ([], 504)


class FindsItsConnectionClosed:
    async def ask(self, *_: Any, before_repeat: BeforeRepeat, **more: Any) -> None:
        await before_repeat(MINI)
        raise AssertionError


def test_nothing_is_billed_of_a_connection_that_was_closed_when_its_caller_had_gone() -> None:
    call = make_admitted()
    with pytest.raises(Gone):
        asyncio.run(walk_of(call, FindsItsConnectionClosed(), Breakers(), gone=True).answer())
    assert ([hop.reason for hop in call.hops], call.asking, call.lost) == (["connection"], None, [])


class Answers:
    async def ask(self, *_: Any, **more: Any) -> Whole:
        return Whole(MINI, b"{}", REPLY)


class Late:
    """Of a process that was paused while the model answered; the call ends while it catches up."""

    def __init__(self) -> None:
        self._looks = iter([False])

    def is_late(self) -> bool:
        return next(self._looks, True)

    async def catch_up(self) -> None:
        raise asyncio.CancelledError


def test_an_answer_that_is_there_is_billed_as_the_provider_counted_whatever_ends_its_call() -> None:
    call = make_admitted()

    async def answer() -> None:
        walk = walk_of(call, Answers(), Breakers(), Late())
        await walk.may_give(cast(Whole, await walk.answer()))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(answer())
    assert call.used == (Usage(input_tokens=7, output_tokens=5), False)
