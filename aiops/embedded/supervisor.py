import asyncio
import os
import signal
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress

from aiops.embedded.child import Child
from aiops.embedded.errors import CannotStart
from aiops.embedded.home import Home
from aiops.embedded.logs import last_lines, rotate, tell
from aiops.embedded.process import Plan, Process, Stage, Step
from aiops.embedded.progress import Progress
from aiops.embedded.run_file import RunFacts, pids_by_role, write_run_file
from aiops.embedded.step import Report, run_step

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_DEATHS_ALLOWED = 3
_ROTATE_EVERY = 5.0


class Supervisor:
    """Starts a plan, keeps it alive, ends it in reverse. One to a data folder."""

    def __init__(self, plan: Plan, home: Home, progress: Progress, *, patience: float = 90.0) -> None:
        self._plan, self._home, self._progress, self._patience = plan, home, progress, patience
        self._children: list[Child] = []
        self._facts: RunFacts | None = None
        self._stop, self._hurry = asyncio.Event(), asyncio.Event()

    async def run(self, when_ready: Callable[[RunFacts], None]) -> None:
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)
        rotating = asyncio.create_task(self._rotate())
        try:
            if await self._unless_stopped(self._start()):
                when_ready(self._write_facts())
                await self._stop.wait()
        finally:
            rotating.cancel()
            await self._end()

    async def _start(self) -> None:
        plan = self._plan
        with self._progress.doing(" and ".join(server.name for server in plan.servers) or "looking for the servers"):
            await self._bring_up(plan.servers)
            await asyncio.to_thread(plan.provision)
        reports = await _together(self._run_lane(lane) for lane in plan.before)
        reports += await _together([*(self._run_lane(lane) for lane in plan.beside), self._bring_up_processes()])
        self._facts = {
            "url": plan.url,
            "gateway_url": plan.gateway_url,
            "simulator_url": plan.simulator_url,
            "erp_url": plan.erp_url,
        }
        for report in reports:
            self._facts |= report

    async def _bring_up_processes(self) -> Report:
        with self._progress.doing(", ".join(process.name for process in self._plan.processes)):
            await self._bring_up(self._plan.processes)
        return {}

    async def _run_lane(self, lane: Iterable[Step]) -> Report:
        report: Report = {}
        for step in lane:
            if step.repeats or not step.is_known():
                with self._progress.doing(step.title):
                    report |= await run_step(step, self._home)
        return report

    async def _bring_up(self, processes: Iterable[Process]) -> None:
        fresh = [Child(process, self._home, self._on_change) for process in processes]
        self._children += fresh
        for child in fresh:
            child.start()
        await _together(self._ready(child) for child in fresh)
        # Again: one that cannot be asked may have died while the others were awaited.
        await _together(self._ready(child) for child in fresh)

    async def _ready(self, child: Child) -> None:
        name, deadline = child.process.name, asyncio.get_running_loop().time() + self._patience
        while child.pid is None or not await asyncio.to_thread(child.process.is_ready):
            if child.deaths >= _DEATHS_ALLOWED:
                raise CannotStart(f"{name} does not stay up. {self._log_of(child)}")
            if asyncio.get_running_loop().time() > deadline:
                raise CannotStart(f"{name} is not ready after {self._patience:.0f} s. {self._log_of(child)}")
            await asyncio.sleep(0.05)

    def _log_of(self, child: Child) -> str:
        path = self._home.log(child.process.name)
        return f"{path} ends:\n{last_lines(path)}"

    async def _unless_stopped(self, starting: Coroutine[None, None, None]) -> bool:
        start, stop = asyncio.create_task(starting), asyncio.create_task(self._stop.wait())
        await asyncio.wait([start, stop], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if start.done():
            start.result()
            return True
        start.cancel()
        with suppress(asyncio.CancelledError, CannotStart):
            await start
        return False

    async def _end(self) -> None:
        self._facts = None
        self._home.run_file.unlink(missing_ok=True)
        for stage in sorted(Stage, reverse=True):
            children = [child for child in self._children if child.process.stage == stage]
            await asyncio.gather(*(child.stop(self._hurry) for child in children))

    async def _rotate(self) -> None:
        while True:
            for path in (self._home.path / "logs").glob("*.log"):
                rotate(path)
            await asyncio.sleep(_ROTATE_EVERY)

    def _on_signal(self) -> None:
        if self._stop.is_set():
            tell(self._home, "stopping at once")
            self._hurry.set()
            return
        tell(self._home, "stopping; once more to stop at once")
        self._stop.set()

    def _on_change(self) -> None:
        if self._facts is not None:
            with suppress(OSError):
                self._write_facts()

    def _write_facts(self) -> RunFacts:
        pids = [(child.process.role, child.pid) for child in self._children]
        facts = dict(self._facts or {})
        facts["pids"] = pids_by_role([("supervisor", os.getpid()), *pids])
        write_run_file(self._home, facts)
        return facts


async def _together[T](jobs: Iterable[Coroutine[None, None, T]]) -> list[T]:
    """All of them; the first that fails ends the others, and is what is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job) for job in jobs]
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from None
    return [task.result() for task in tasks]
