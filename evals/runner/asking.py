"""A task's share of a run: so many calls under way at once, each written down when it is there."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import connection

from evals.call_key import call_key
from evals.confidence.live import named_for
from evals.models import Run, Shard
from evals.planning import Unit, share
from evals.runner.answers import Answer, Asker, UnderWay
from evals.runner.claiming import claim
from evals.runner.giving_up import give_up
from evals.runner.grounding import sources_of
from evals.runner.holding import HOLD_AGAIN_SECONDS, Left, Lost, hold, hold_again, left_of, let_go
from evals.runner.judge import GatewayJudge
from evals.runner.writing import Done, write
from evals.scoring import grading
from evals.scoring.checks import Output
from evals.suites import stored
from evals.suites.model import Case
from prompts.services import PRODUCTION
from tenants.scope import ALL, scope

# A task that ends is one whose place another run gets, and that a worker's restart waits for.
_TURN_SECONDS: Final = 60.0
# With a turn before it, less than Celery gives a task: what is cut off there is never written down.
_LONGEST_SECONDS: Final = 480.0


def ask_units(shard: Shard) -> Left:
    """Ask what is to be asked, for a turn at most."""
    # Django's connection is this thread's; the loop's own work never touches the database.
    with ThreadPoolExecutor(1) as database:
        try:
            return asyncio.run(_Turn(shard, database).take())
        finally:
            # Looked up there: the connection of that thread, not of this one.
            database.submit(lambda: connection.close()).result()


class _Turn:
    def __init__(self, shard: Shard, database: ThreadPoolExecutor) -> None:
        self._shard, self._run, self._database = shard, shard.run, database
        # Not the ticket: a message that is delivered twice makes two tasks.
        self._task = uuid4()
        self._at_once = share(self._run.at_once, shard.number)
        self._suite = stored.from_json(self._run.suite.content)
        self._cases = {case.key: case for case in self._suite.cases}
        self._variables = {arm: frozenset(self._run.version_of(arm).bundle.variables) for arm in self._run.arms}
        self._prompt = str(self._run.prompt)
        self._stands_for = self._run.stands_for.slug if self._run.stands_for else ""
        self._ends_at = time.monotonic() + _TURN_SECONDS
        self._is_hopeless = False
        self._model = self._run.model

    async def take(self) -> Left:
        if not await self._in_database(hold, self._shard, self._task):
            return Left.BUSY
        try:
            key = await self._in_database(call_key, PRODUCTION)
            if self._stands_for:
                # The feature's chain is not that of the console's own evals.
                self._model = await self._in_database(_named_for, self._run)
            asker = Asker.to(
                settings.AIOPS_GATEWAY_URL,
                key,
                suite=self._suite.name,
                session=str(self._run.pk),
                stands_for=self._stands_for,
            )
            try:
                await self._ask_all(asker)
            finally:
                await asker.close()
            left = await self._in_database(let_go, self._run, self._task)
            return await self._in_database(self._given_up) if self._is_hopeless else left
        except* Lost:
            pass
        return Left.HELD

    def _given_up(self) -> Left:
        """With what this task had taken and is free again."""
        give_up(self._run)
        return left_of(self._run)

    async def _ask_all(self, asker: Asker) -> None:
        """As one call ends the next begins: nobody waits for the slowest, nor for the database."""
        waiting: asyncio.Queue[Unit | None] = asyncio.Queue(self._at_once)
        done: asyncio.Queue[Done | None] = asyncio.Queue()
        async with asyncio.TaskGroup() as turn:
            holding = turn.create_task(self._hold())
            turn.create_task(self._claim(waiting))
            writing = turn.create_task(self._write(done))
            async with asyncio.TaskGroup() as asking:
                for _ in range(self._at_once):
                    asking.create_task(self._ask(asker, waiting, done))
            await done.put(None)
            await writing
            holding.cancel()

    async def _hold(self) -> None:
        while True:
            await asyncio.sleep(HOLD_AGAIN_SECONDS)
            await self._in_database(hold_again, self._task)

    async def _claim(self, waiting: asyncio.Queue[Unit | None]) -> None:
        while not self._is_over():
            units = await self._in_database(claim, self._run, self._task, self._at_once)
            if not units:
                break
            for unit in units:
                await waiting.put(unit)
        for _ in range(self._at_once):
            await waiting.put(None)

    async def _ask(self, asker: Asker, waiting: asyncio.Queue[Unit | None], done: asyncio.Queue[Done | None]) -> None:
        while (unit := await waiting.get()) is not None:
            # What it leaves is let go of with the rest.
            if not self._is_over() and (answered := await self._answered(asker, unit)) is not None:
                await done.put(answered)

    async def _answered(self, asker: Asker, unit: Unit) -> Done | None:
        """None when the gateway is at the call for somebody else: the unit waits on."""
        case = self._cases[unit.case]
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                return await self._asked_and_graded(asker, unit, case)
        except UnderWay:
            return None
        except TimeoutError:
            late = Output(error=f"No answer within {_LONGEST_SECONDS:g} s.")
            return Done(unit, Answer(late), await grading.grade(case, late))

    async def _asked_and_graded(self, asker: Asker, unit: Unit, case: Case) -> Done:
        version, judge = self._run.version_of(unit.arm), GatewayJudge(asker, unit, self._suite.judge)
        # What only assertions speak of is not the prompt's.
        variables = {name: value for name, value in case.vars.items() if name in self._variables[unit.arm]}
        answer = await asker.ask(
            unit,
            prompt=self._prompt,
            version=version.hash,
            variables=variables,
            sources=sources_of(case) if self._stands_for else None,
            model=self._model,
        )
        graded = await grading.grade(case, answer.output, judge)
        if judge.is_under_way:
            raise UnderWay
        return Done(unit, answer, graded)

    async def _write(self, done: asyncio.Queue[Done | None]) -> None:
        """What came while those before were written, together."""
        is_over = False
        while not is_over:
            batch = [await done.get()]
            while not done.empty():
                batch.append(done.get_nowait())
            is_over = batch[-1] is None
            written = [each for each in batch if each is not None]
            await self._in_database(write, self._run, written)
            if any(each.graded.passed is None for each in written):
                self._is_hopeless = await self._in_database(give_up, self._run)

    def _is_over(self) -> bool:
        return self._is_hopeless or time.monotonic() >= self._ends_at

    async def _in_database[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._database, lambda: work(*args, **kwargs))


def _named_for(run: Run) -> str:
    """Chains of features are seen in a scope alone, and a task has none."""
    with scope(ALL):
        return named_for(run.head, run.stands_for_id)
