"""What became of a stop made by breaking the glass: pushed over Redis, taken from the folder, confirmed by either."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
import redis

from aiops.cli.printing import counted
from aiops.embedded.home import Home
from aiops.embedded.identity import command_line, environment_of
from aiops.embedded.run_file import read_run_file
from killswitch.breakglass.folder import Folder
from killswitch.breakglass.order import GlassOrder
from killswitch.wire import to_wire

if TYPE_CHECKING:
    from redis.client import PubSub

# As `tenants.watcher` names them; that one needs what gateways need.
_PUSHES: Final = "aiops:push"
_ACKS: Final = "aiops:acks"
_PATIENCE_SECONDS: Final = 2.0
_PAUSE_SECONDS: Final = 0.02
_REDIS_SECONDS: Final = 0.5


@dataclass(slots=True)
class Confirmed:
    """`expected`: gateways that run on this machine. By id, as those of other machines have the same names."""

    expected: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    redis_works: bool = False
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        return bool(self.names) and not self.missing

    @property
    def missing(self) -> list[str]:
        return sorted(self.expected[each] for each in self.expected.keys() - self.names.keys())

    def as_facts(self) -> dict[str, Any]:
        confirmed = sorted(self.names.values())
        return {"confirmed": confirmed, "missing": self.missing, "cut": self.cut, "redis": self.redis_works}

    def told(self) -> str:
        total = len(self.expected | self.names)
        if self.complete:
            cut = f"; {counted(self.cut, 'answer')} cut" if self.cut else ""
            return f"{len(self.names)} of {counted(total, 'gateway')} confirmed in {self.seconds:.1f} s{cut}."
        if not total:
            return "No gateway is known to run on this machine; one that starts takes the stop from the folder first."
        names = ", ".join(self.missing)
        look = "its /healthz tells of a stop that PostgreSQL does not know once it has"
        later = f"A gateway that runs takes it from the folder within 1.5 s; {look}."
        return f"{len(self.names)} of {counted(total, 'gateway')} confirmed. Not yet: {names}. {later}"


def confirm(home: Path, folder: Folder, order: GlassOrder) -> Confirmed:
    """Push it, then wait until every gateway of this machine has it, for two seconds at most."""
    running = list(_running(home, folder))
    wanted, began = str(order.stop.id), time.monotonic()
    found = Confirmed({each: name for each, name, _ in running})
    with _acks(_address(pid for _, _, pid in running)) as acks:
        if acks is not None:
            found.redis_works = _push(acks, order)
        while not found.complete and time.monotonic() - began < _PATIENCE_SECONDS:
            found.names |= dict(map(_who, (said for said in folder.told() if wanted in said["applied"])))
            if acks is not None:
                _hear(acks, wanted, found)
            time.sleep(_PAUSE_SECONDS)
    found.seconds = time.monotonic() - began
    return found


def _who(said: Mapping[str, Any]) -> tuple[str, str]:
    """Its id, unless it is of an older release, and its name."""
    name = str(said["process"])
    return str(said.get("id", name)), name


def _running(home: Path, folder: Folder) -> Iterator[tuple[str, str, int]]:
    """By what each said of itself; one that the supervisor started and that has said nothing goes by its pid."""
    told = {said["pid"]: _who(said) for said in folder.told()}
    facts = read_run_file(Home(home)) or {}
    pids = facts.get("pids")
    started = pids.get("gateway", []) if isinstance(pids, Mapping) else []
    for pid in {*told, *started}:
        # A pid may be another process's by now.
        if "gateway" in command_line(pid):
            yield *told.get(pid, (f"pid {pid}", f"pid {pid}")), pid


def _address(pids: Iterator[int]) -> str:
    """Of Redis, as the gateways have it; it is nowhere else when the supervisor chose it."""
    found = (environment_of(pid).get("REDIS_URL", "") for pid in pids)
    return (os.environ.get("REDIS_URL") or next(filter(None, found), "")).replace("valkey://", "redis://", 1)


@contextmanager
def _acks(address: str) -> Iterator["PubSub | None"]:
    """Listening before the push, or a quick answer would be missed. None: there is no Redis."""
    if not address:
        yield None
        return
    with redis.Redis.from_url(address, socket_connect_timeout=_REDIS_SECONDS, socket_timeout=_REDIS_SECONDS) as client:
        acks = client.pubsub()
        try:
            acks.subscribe(_ACKS)
        except (redis.RedisError, OSError):
            acks = None
        yield acks


def _push(acks: "PubSub", order: GlassOrder) -> bool:
    """Without a number, as no revision of PostgreSQL's has it."""
    try:
        with redis.Redis(connection_pool=acks.connection_pool) as client:
            client.publish(_PUSHES, orjson.dumps({"revision": "stops", "stop": to_wire(order.stop)}))
    except (redis.RedisError, OSError):
        return False
    return True


def _hear(acks: "PubSub", wanted: str, found: Confirmed) -> None:
    with suppress(redis.RedisError, OSError, orjson.JSONDecodeError, KeyError, TypeError):
        while (message := acks.get_message(timeout=0)) is not None:
            if message["type"] == "message" and (said := orjson.loads(message["data"]))["stop"] == wanted:
                found.names |= [_who(said)]
                found.cut += int(said["cut"])
