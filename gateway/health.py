"""What /healthz and /readyz tell of one gateway process. No secrets, no tenants: they ask for no key."""

from typing import Any, Final

from gateway.pulse import LATE_SECONDS
from gateway.runtime import Runtime

_NEVER: Final = float("inf")


def health(runtime: Runtime) -> dict[str, Any]:
    """Always answered while the process lives; what is wrong is in it."""
    said = faults(runtime)
    watched = runtime.watcher.health
    age = watched.age()
    return {
        "status": "degraded" if said else "ok",
        "process": runtime.identity.name,
        "faults": said,
        "stops_revision": runtime.stops.number,
        "config_revision": runtime.config.number,
        "snapshot_age_seconds": None if age == _NEVER else round(age, 3),
        "push_works": watched.push_works,
        "database_works": watched.database_works,
        "open_calls": runtime.inflight.count,
        "journal": _journal(runtime),
    }


def _journal(runtime: Runtime) -> dict[str, Any]:
    limit = runtime.limits.journal_max
    return {"works": runtime.journal_works, "bytes": runtime.journal_bytes(), "max_bytes": limit}


def faults(runtime: Runtime) -> list[str]:
    watched = runtime.watcher.health
    said = {
        "not ready: no snapshot was read yet": not runtime.is_ready,
        "PostgreSQL does not answer: what is known stays in force, nothing is lifted": not watched.database_works,
        "no pushes from Redis: a stop takes up to 1.5 s": not watched.push_works,
        "PostgreSQL was restored from before some stops: they stay in force here": bool(runtime.stops.current.held),
        f"the newest configuration is not in force here: {watched.config_fault}": bool(watched.config_fault),
        "the snapshots are old": watched.age() > 2 * LATE_SECONDS,
        "the journal cannot be brought to the disk": not runtime.journal_works,
        "the journal is full: calls are refused": runtime.is_ready and runtime.journal.is_refusing,
    }
    return [text for text, is_so in said.items() if is_so] + list(runtime.config.current.faults)
