"""The shapes of what a supervisor runs. The console's own table is in `processes.py`; tests bring other tables."""

import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from aiops.embedded.fingerprint import Fingerprint


class Stage(IntEnum):
    """Stages end last to first, each only when the one above it is gone: streams drain while their provider lives,
    and the recorder reads what the gateways wrote at the very end."""

    SERVERS = 0
    PROVIDERS = 1
    RECORDER = 2
    GATEWAYS = 3
    CONSOLE = 4  # and its background work


def _nothing() -> None:
    return None


def _at_once() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    name: str
    command: tuple[str, ...]
    stage: Stage
    env: Mapping[str, str]
    sockets: tuple[socket.socket, ...] = ()
    patience: float = 10.0
    nice: int = 0
    before: Callable[[], None] = _nothing
    is_ready: Callable[[], bool] = _at_once

    @property
    def role(self) -> str:
        """gateway, for gateway-1 and gateway-2."""
        return self.name.rstrip("0123456789").rstrip("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A program that is run to its end before anything is ready."""

    name: str
    title: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    reports: bool = False  # its last line is a JSON object that goes into run.json
    ran_with: Fingerprint | None = None
    repeats: bool = True  # also with inputs it ran with before

    def is_known(self) -> bool:
        return self.ran_with is not None and self.ran_with.is_unchanged()

    def remember(self) -> None:
        if self.ran_with:
            self.ran_with.remember()


type Lane = tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    url: str
    gateway_url: str
    simulator_url: str | None = None
    erp_url: str | None = None
    servers: tuple[Process, ...]
    processes: tuple[Process, ...]
    provision: Callable[[], None] = _nothing
    # Lanes run side by side, the steps of one in order.
    before: tuple[Lane, ...] = ()
    beside: tuple[Lane, ...] = ()  # while the processes start

    def names(self) -> list[str]:
        steps = [step.name for lane in (*self.before, *self.beside) for step in lane]
        return [process.name for process in (*self.servers, *self.processes)] + steps


def stop_signal(name: str) -> signal.Signals:
    """SIGINT is PostgreSQL's fast shutdown; to SIGTERM it would wait for every client to go."""
    return signal.SIGINT if name == "postgres" else signal.SIGTERM
