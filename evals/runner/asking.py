"""A worker's share of a run: so many calls under way at once, each written down when it is there."""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.conf import settings
from django.db import connection

from evals.call_key import call_key
from evals.models import Result, Run
from evals.planning import Unit
from evals.runner.answers import Asker
from evals.runner.claiming import claim, let_go
from evals.runner.judge import GatewayJudge
from evals.runner.writing import Done, write
from evals.scoring import grading
from evals.suites import stored
from prompts.models import PromptVersion

log = logging.getLogger(__name__)

# A task that ends is one whose place another run gets, and that a worker's restart waits for.
_TURN_SECONDS: Final = 60.0
_ENVIRONMENT: Final = "production"


def ask_units(run: Run, shard: int, *, shares: int) -> bool:
    """Ask what is to be asked, for a turn at most. True when all of the run is done, whoever did it."""
    # Django's connection is this thread's; the loop's own work never touches the database.
    with ThreadPoolExecutor(1) as database:
        try:
            return asyncio.run(_Turn(run, shard, database, at_once=max(1, run.at_once // shares)).take())
        finally:
            # Looked up there: the connection of that thread, not of this one.
            database.submit(lambda: connection.close()).result()


class _Turn:
    def __init__(self, run: Run, shard: int, database: ThreadPoolExecutor, *, at_once: int) -> None:
        self._run, self._shard, self._database, self._at_once = run, shard, database, at_once
        self._cases = {case.key: case for case in stored.from_json(run.suite.content).cases}
        self._ends_at = time.monotonic() + _TURN_SECONDS

    async def take(self) -> bool:
        await self._in_database(let_go, self._run, self._shard)
        key = await self._in_database(call_key, _ENVIRONMENT)
        asker = Asker.to(settings.AIOPS_GATEWAY_URL, key, suite=str(self._run.suite.suite), session=str(self._run.pk))
        try:
            await self._ask_all(asker)
        finally:
            await asker.close()
        return not await self._in_database(Result.objects.of(self._run).waiting().exists)

    async def _ask_all(self, asker: Asker) -> None:
        """As one call ends the next begins: nobody waits for the slowest, nor for the database."""
        waiting: asyncio.Queue[Unit | None] = asyncio.Queue(self._at_once)
        done: asyncio.Queue[Done | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as turn:
            turn.create_task(self._claim(waiting))
            turn.create_task(self._write(done))
            async with asyncio.TaskGroup() as asking:
                for _ in range(self._at_once):
                    asking.create_task(self._ask(asker, waiting, done))
            await done.put(None)

    async def _claim(self, waiting: asyncio.Queue[Unit | None]) -> None:
        while time.monotonic() < self._ends_at:
            units = await self._in_database(claim, self._run, self._shard, self._at_once)
            if not units:
                break
            for unit in units:
                await waiting.put(unit)
        for _ in range(self._at_once):
            await waiting.put(None)

    async def _ask(self, asker: Asker, waiting: asyncio.Queue[Unit | None], done: asyncio.Queue[Done | None]) -> None:
        while (unit := await waiting.get()) is not None:
            version: PromptVersion = self._run.version_of(unit.arm)
            case = self._cases[unit.case]
            answer = await asker.ask(unit, prompt=str(self._run.prompt), version=version.hash, variables=case.vars)
            graded = await grading.grade(case, answer.output, GatewayJudge(asker))
            await done.put(Done(unit, answer, graded))

    async def _write(self, done: asyncio.Queue[Done | None]) -> None:
        """What came while those before were written, together."""
        is_over = False
        while not is_over:
            batch = [await done.get()]
            while not done.empty():
                batch.append(done.get_nowait())
            is_over = batch[-1] is None
            await self._in_database(write, self._run, [each for each in batch if each is not None])

    async def _in_database[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, lambda: work(*args, **kwargs))
