"""Whether the console and what it leans on are well. No secrets, no names: health checks ask for no key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import redis
from django.conf import settings
from django.db import Error, connection

from costs import heartbeat
from costs.heartbeat import Heartbeat
from gateway.process.faults import told_openly
from killswitch import sweeping
from killswitch.breakglass import reconcile
from killswitch.breakglass.folder import Folder
from killswitch.confirmations import known_gateways, late
from tenants.models import Process

DATABASE_DOWN: Final = (
    "PostgreSQL does not answer. Calls go on; nothing can be changed until it is back. "
    "To stop AI all the same, on the console's machine: aiops kill --break-glass."
)
# Of what the journal may hold.
_BACKLOG_WORRIES: Final = 0.5
_UNKNOWN: Final = "unknown while PostgreSQL does not answer"
_WHY: Final = "aiops doctor says why."


@dataclass(frozen=True, slots=True)
class Check:
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What does not work, what follows from it, what to do. `is_bad`: customers get no answers."""

    told: str
    is_bad: bool = False


def checks_at(at: datetime) -> dict[str, Check]:
    """For the open door."""
    said, database = heartbeat.read(settings.AIOPS_HOME), _database()
    # Each would wait for it in vain once more.
    unknown = None if database.ok else Check(False, _UNKNOWN)
    return {
        "database": database,
        "redis": _redis(),
        "gateways": unknown or _gateways(at, told_openly),
        "recorder": _recording(said, at),
        "journal": _journal(said),
        "break_glass": _broken_glass(at),
        "worker": unknown or _worker(at),
    }


def troubles_at(at: datetime) -> list[Trouble]:
    """What pages warn of: few queries and one file, and nothing that could make a page wait."""
    said = heartbeat.read(settings.AIOPS_HOME)
    recorder = _recording(said, at)
    told = _of_gateways_and_switches(at) + _of_worker(at)
    if not recorder.ok:
        told.append(Trouble(f"{recorder.detail} What was spent since is not in Spend and Budgets yet. {_WHY}"))
    if said is not None and not (journal := _journal(said)).ok:
        told.append(Trouble(f"{journal.detail}. When it is full, calls are refused. {_WHY}"))
    if not (glass := _broken_glass(at)).ok:
        told.append(Trouble(glass.detail))
    return told


def _of_gateways_and_switches(at: datetime) -> list[Trouble]:
    try:
        known = known_gateways()
        return _of_gateways(known) + _of_switches(known, at)
    except Error:
        return [Trouble("Whether gateways answer is unknown while PostgreSQL does not.")]


def _of_gateways(known: Sequence[Process]) -> list[Trouble]:
    answering = [process for process in known if process.is_answering]
    if not known:
        return [Trouble(f"No gateway is running: no call gets through. {_WHY}", is_bad=True)]
    count = f"{len(answering)} of {len(known)} gateways answering"
    if not answering:
        return [Trouble(f"{count}: no call gets through. {_WHY}", is_bad=True)]
    told = [Trouble(f"{count}: calls sent to the rest get no answer. {_WHY}")] if len(answering) < len(known) else []
    return told + [Trouble(f"{fault}. {_WHY}") for fault in _faults(answering, list)]


def _of_switches(known: Sequence[Process], at: datetime) -> list[Trouble]:
    """A change that a gateway in contact does not confirm: there calls may run on that were stopped."""
    behind = sorted({name for each in late(at, gateways=known) for name in each.laggards})
    if not behind:
        return []
    names = ", ".join(behind)
    return [
        Trouble(f"{names}: no confirmation of a change of the switches for over 5 s; calls may run on there. {_WHY}")
    ]


def _of_worker(at: datetime) -> list[Trouble]:
    worker = _worker(at)
    # That PostgreSQL does not answer is told already.
    return [] if worker.ok or worker.detail == _UNKNOWN else [Trouble(f"{worker.detail} {_WHY}")]


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return Check(False, DATABASE_DOWN)
    return Check(True, "answers")


def _redis() -> Check:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
            client.ping()
    except redis.RedisError:
        return Check(False, "Redis does not answer. Stops take up to 1.5 s to reach every gateway.")
    return Check(True, "answers")


def _gateways(at: datetime, shown: Callable[[Sequence[str]], list[str]]) -> Check:
    try:
        known = list(Process.objects.gateways().saying_whether_they_answer().order_by("name"))
    except Error:
        return Check(False, _UNKNOWN)
    answering = [process for process in known if process.is_answering]
    faults = _faults(answering, shown)
    detail = "; ".join([f"{len(answering)} of {len(known)} answering", *faults])
    return Check(0 < len(known) == len(answering) and not faults, detail)


def _faults(processes: Sequence[Process], shown: Callable[[Sequence[str]], list[str]]) -> list[str]:
    """Each once, with who says it."""
    sayers: dict[str, dict[str, None]] = {}
    for process in processes:
        for fault in shown(process.faults):
            sayers.setdefault(fault, {})[process.name] = None
    return [f"{', '.join(names)}: {fault}" for fault, names in sayers.items()]


def _recording(said: Heartbeat | None, at: datetime) -> Check:
    if said is None:
        return Check(False, "The recorder has never reported. Calls are kept in the journal until it runs.")
    if said.fault:
        return Check(False, "The recorder cannot write just now; the journal keeps the calls. Its log says why.")
    if not said.is_well(at=at):
        silent = (at - said.at).total_seconds()
        return Check(False, f"The recorder is silent for {silent:.0f} s; the journal keeps the calls.")
    return Check(True, f"{said.dead_letters} lines could not be recorded" if said.dead_letters else "records")


def _broken_glass(at: datetime) -> Check:
    folder = Folder.of(settings.AIOPS_HOME)
    wrong = reconcile.unreadable(folder)
    late = [file for file in reconcile.overdue(folder, at=at) if file not in wrong]
    told = [f"Made by breaking the glass, in force, and not in PostgreSQL: {len(late)}."] if late else []
    if wrong:
        told.append(f"Files in the folder of broken glass that are no orders and stop nothing: {len(wrong)}.")
    if told:
        return Check(False, " ".join([*told, "The worker's log says why."]))
    waiting = len(folder.waiting())
    return Check(True, f"{waiting} in force, waiting for PostgreSQL" if waiting else "nothing waits")


def _worker(at: datetime) -> Check:
    try:
        swept = sweeping.last()
    except Error:
        return Check(False, _UNKNOWN)
    silent = "at all" if swept is None else f"for {(at - swept).total_seconds():.0f} s"
    if sweeping.is_silent(swept, at=at):
        follows = "stops do not end by themselves, nobody is told of late gateways."
        return Check(False, f"The worker has not swept {silent}: {follows}")
    return Check(True, "sweeps")


def _journal(said: Heartbeat | None) -> Check:
    if said is None:
        return Check(False, "unknown until the recorder reports")
    most = settings.AIOPS_JOURNAL_MAX_MB << 20
    detail = f"{said.backlog_bytes / (1 << 20):.1f} MiB of at most {settings.AIOPS_JOURNAL_MAX_MB} wait to be recorded"
    return Check(said.backlog_bytes < most * _BACKLOG_WORRIES, detail)
