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
from gateway.faults import told_openly
from tenants.models import Process

DATABASE_DOWN: Final = "PostgreSQL does not answer. Calls go on; nothing can be changed until it is back."
# Of what the journal may hold.
_BACKLOG_WORRIES: Final = 0.5


@dataclass(frozen=True, slots=True)
class Check:
    ok: bool
    detail: str


def checks_at(at: datetime) -> dict[str, Check]:
    """For the open door."""
    said = heartbeat.read(settings.AIOPS_HOME)
    return {
        "database": _database(),
        "redis": _redis(),
        "gateways": _gateways(at, told_openly),
        "recorder": _recording(said, at),
        "journal": _journal(said),
    }


def troubles_at(at: datetime) -> list[str]:
    """What pages warn of: one query and one file, and nothing that could make a page wait."""
    said, gateways = heartbeat.read(settings.AIOPS_HOME), _gateways(at, list)
    told = [] if gateways.ok else [f"Gateways: {gateways.detail}."]
    records = [_recording(said, at), *([] if said is None else [_journal(said)])]
    return told + [check.detail for check in records if not check.ok]


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
        known = list(Process.objects.gateways().order_by("name"))
    except Error:
        return Check(False, "unknown while PostgreSQL does not answer")
    answering = [process for process in known if process.answers_at(at)]
    faults = _faults(answering, shown)
    detail = "; ".join([f"{len(answering)} of {len(known)} answering", *faults])
    return Check(0 < len(known) == len(answering) and not faults, detail)


def _faults(processes: Sequence[Process], shown: Callable[[Sequence[str]], list[str]]) -> list[str]:
    """Each once, with who says it."""
    sayers: dict[str, list[str]] = {}
    for process in processes:
        for fault in shown(process.faults):
            sayers.setdefault(fault, []).append(process.name)
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


def _journal(said: Heartbeat | None) -> Check:
    if said is None:
        return Check(False, "unknown until the recorder reports")
    most = settings.AIOPS_JOURNAL_MAX_MB << 20
    detail = f"{said.backlog_bytes / (1 << 20):.1f} MiB of at most {settings.AIOPS_JOURNAL_MAX_MB} wait to be recorded"
    return Check(said.backlog_bytes < most * _BACKLOG_WORRIES, detail)
