"""The way to Valkey: scripts of one tick go together, and a new connection asks first which server it leads to."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

import redis.asyncio as redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from costs.budgeting import scripts

# A hash tag, so that a cluster keeps whatever may come to stand beside it in the same slot.
KEY: Final = "aiops:{budgets}"
_A_MOMENT_SECONDS: Final = 0.003
_SHAS: Final = {text: hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest() for text in scripts.ALL}

type Answer = Any
type Asked = tuple[str, Sequence[str | int], asyncio.Future[Answer]]


class Wire:
    def __init__(self, redis_url: str) -> None:
        self._client = redis.Redis.from_url(
            redis_url,
            socket_connect_timeout=1,
            socket_timeout=2,
            redis_connect_func=self._greet,
            # Once over a new connection; whoever waits is told soon.
            retry=Retry(NoBackoff(), 1),
        )
        self._waiting: list[Asked] = []
        self._sending: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._sending is not None:
            await self._sending
        await self._client.aclose()

    async def run(self, script: str, *arguments: str | int) -> Answer:
        """Raises whatever went wrong, mostly RedisError or OSError."""
        future = self._queue(script, arguments)
        self._send_soon()
        return await future

    async def run_by_the_way(self, script: str, *arguments: str | int) -> Answer:
        """The same for what nobody waits for: it goes along with what follows, or in a moment by itself."""
        future = self._queue(script, arguments)
        asyncio.get_running_loop().call_later(_A_MOMENT_SECONDS, self._send_soon)
        return await future

    def _queue(self, script: str, arguments: Sequence[str | int]) -> asyncio.Future[Answer]:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((script, arguments, future))
        return future

    def _send_soon(self) -> None:
        if self._waiting and (self._sending is None or self._sending.done()):
            self._sending = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, []
            try:
                answers = await self._send(asked)
            except Exception as fault:
                # Whatever it is: nobody may wait for ever.
                answers = [fault] * len(asked)
            for (_, _, future), answer in zip(asked, answers, strict=True):
                if future.done():
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    async def _send(self, asked: Sequence[Asked]) -> list[Answer]:
        answers = await self._execute(asked)
        if any(isinstance(answer, NoScriptError) for answer in answers):
            for script in scripts.ALL:
                await self._client.script_load(script)
            # Whatever was done already is not done a second time: every script is idempotent.
            answers = await self._execute(asked)
        return answers

    async def _execute(self, asked: Sequence[Asked]) -> list[Answer]:
        if len(asked) == 1:
            [(script, arguments, _)] = asked
            try:
                return [await self._client.evalsha(_SHAS[script], 1, KEY, *arguments)]
            except NoScriptError as fault:
                return [fault]
        pipeline = self._client.pipeline(transaction=False)
        for script, arguments, _ in asked:
            pipeline.evalsha(_SHAS[script], 1, KEY, *arguments)
        answers: list[Answer] = await pipeline.execute(raise_on_error=False)
        return answers

    async def _greet(self, connection: AbstractConnection) -> None:
        """Before anything else goes over a new connection: counters that a restarted server read from its disk are of
        before its end, and nobody knows how long before."""
        await connection.on_connect()
        await connection.send_command("EVAL", scripts.OPEN, 1, KEY, uuid4().hex)
        await connection.read_response()
