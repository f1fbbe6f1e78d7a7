"""What runs now, told from the data folder: pid files, run.json, and what the console says of its health."""

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from aiops.embedded.environment import SIMULATOR
from aiops.embedded.home import Home
from aiops.embedded.identity import Identity, environment_of, read_identity
from aiops.embedded.lock import holder
from aiops.embedded.readiness import Health, health
from aiops.embedded.run_file import RunFacts, read_run_file

# While PostgreSQL does not answer, the console does after it has waited for it, and says so.
PATIENCE: Final = 10.0


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    name: str
    pid: int
    alive: bool
    seconds: int | None  # since its start


@dataclass(frozen=True, slots=True)
class Status:
    home: str
    ready: bool
    url: str | None
    gateway_url: str | None
    # Of the simulator that was started along; its faults are set there.
    simulator_url: str | None
    # Of the Tryton that was started along; how to enter it is in erp.json.
    erp_url: str | None
    processes: list[ProcessStatus]
    console: Health | None
    gateway: Health | None


def status(home: Home) -> Status:
    facts = living_facts(home)
    erp_url = facts.get("erp_url") if facts else None
    url, gateway_url = (str(facts["url"]), str(facts["gateway_url"])) if facts else (None, None)
    running = list(processes(home))
    return Status(
        home=str(home.path),
        ready=facts is not None,
        url=url,
        gateway_url=gateway_url,
        simulator_url=_simulator_url(running),
        erp_url=str(erp_url) if erp_url else None,
        processes=running,
        console=health(url, "/healthz", seconds=PATIENCE) if url else None,
        gateway=health(gateway_url.removesuffix("/v1"), "/healthz", seconds=PATIENCE) if gateway_url else None,
    )


def living_facts(home: Home) -> RunFacts | None:
    """run.json, unless a killed supervisor left it."""
    return read_run_file(home) if holder(home) else None


def processes(home: Home) -> Iterator[ProcessStatus]:
    supervisor = read_identity(home.lock_file)
    if supervisor:
        yield _status_of("supervisor", supervisor)
    for file in sorted(home.pids.glob("*.json")):
        identity = read_identity(file)
        if identity:
            yield _status_of(file.stem, identity)


def _simulator_url(running: Iterable[ProcessStatus]) -> str | None:
    pids = [process.pid for process in running if process.name == "simulator" and process.alive]
    return environment_of(pids[0]).get(SIMULATOR) if pids else None


def _status_of(name: str, identity: Identity) -> ProcessStatus:
    alive = identity.is_alive()
    return ProcessStatus(name, identity.pid, alive, _age(identity) if alive else None)


def _age(identity: Identity) -> int:
    since_boot = time.clock_gettime(time.CLOCK_BOOTTIME)
    return int(since_boot - identity.started / os.sysconf("SC_CLK_TCK"))
