"""Who waits under different keys, before an application that says what it is told to say."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from prompts.waiting.asking import Receive, Scope, Send
from prompts.waiting.board import Board
from prompts.waiting.door import WaitingDoor
from prompts.waiting.vouching import Vouching, bearer
from tenants.models import Role
from tenants.principals import Grant
from tenants.standings import Standing
from tests.prompts.reading.test_waiting_door import Caller, World, play, settled

AUDITOR: Standing = (Grant(Role.AUDITOR, None),)
ENGINEER: Standing = (Grant(Role.ENGINEER, None),)


class Vouched(Vouching):
    def __init__(self, known: dict[str, Standing]) -> None:
        super().__init__()
        self.known = known
        self.looked = 0

    async def find(self, keys: Collection[str]) -> Mapping[str, Standing]:
        self.looked += 1
        return {key: self.known[key] for key in keys if key in self.known}


class Place(World):
    """Where `one` and `two` may do the same, and `refused` are keys that the application lets in no more."""

    def __init__(self, **known: Standing) -> None:
        super().__init__()
        self.vouching = Vouched(known)
        self.refused: set[str] = set()
        self.board = Board(lambda tell: self._news(tell))
        self.door = WaitingDoor(self._app, self.board, self.vouching)

    async def waiting(self, *keys: str) -> list[Caller]:
        callers = [self.call(f"Bearer {key}") for key in keys]
        await settled()
        self.asked.clear()
        return callers

    async def answered(self, callers: list[Caller]) -> list[int]:
        self.release()
        await asyncio.gather(*(caller.task for caller in callers))
        return [caller.status for caller in callers]

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if dict(scope["headers"])[b"authorization"].decode().removeprefix("Bearer ") in self.refused:
            self.asked.append("refused")
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await super()._app(scope, receive, send)


def test_keys_that_may_do_the_same_are_answered_by_one_question_and_looked_up_together() -> None:
    async def scene(_: World) -> None:
        place = Place(one=AUDITOR, two=AUDITOR, three=AUDITOR)
        callers = await place.waiting("one", "two", "three", "one")
        assert await place.answered(callers) == [200] * 4
        assert (place.asked, place.vouching.looked) == (["Bearer one"], 2)

    play(scene)


def test_keys_that_may_do_something_else_are_asked_for_themselves() -> None:
    async def scene(_: World) -> None:
        place = Place(one=AUDITOR, two=ENGINEER)
        callers = await place.waiting("one", "two", "unknown")
        assert await place.answered(callers) == [200] * 3
        assert sorted(place.asked) == ["Bearer one", "Bearer two", "Bearer unknown"]

    play(scene)


def test_a_key_that_is_revoked_while_it_is_asked_is_answered_for_itself() -> None:
    async def scene(_: World) -> None:
        place = Place(one=AUDITOR, two=AUDITOR)
        callers = await place.waiting("one", "two")
        place.board.stir_all()
        place.status = 200
        while not place.asked:
            await asyncio.sleep(0)
        del place.vouching.known["two"]
        place.refused.add("two")
        await asyncio.gather(*(caller.task for caller in callers))
        assert [caller.status for caller in callers] == [200, 401]

    play(scene)


def test_what_is_said_of_one_key_is_not_said_to_the_others() -> None:
    async def scene(_: World) -> None:
        place = Place(one=AUDITOR, two=AUDITOR)
        callers = await place.waiting("one", "two")
        place.refused.add("one")
        assert await place.answered(callers) == [401, 200]

    play(scene)


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"Basic x")],
        [(b"authorization", b"Bearer x"), (b"authorization", b"Bearer y")],
        [(b"authorization", b"Bearer x"), (b"cookie", b"sessionid=y")],
    ],
)
def test_who_may_be_somebody_else_by_another_header_is_not_vouched_for(headers: list[tuple[bytes, bytes]]) -> None:
    assert bearer({"headers": headers}) is None
