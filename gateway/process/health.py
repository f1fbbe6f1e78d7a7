"""What /healthz and /readyz tell of one gateway process. No secrets, no tenants: they ask for no key."""

from typing import Any, Final

from gateway.process.faults import Fault, held_beyond, told_openly
from gateway.process.pulse import LATE_SECONDS
from gateway.process.runtime import Runtime
from killswitch.snapshot import MOST_TOLD

_NEVER: Final = float("inf")


def health(runtime: Runtime) -> dict[str, Any]:
    """Always answered while the process lives; what is wrong is in it."""
    said = faults(runtime)
    watched = runtime.watcher.health
    age = watched.age()
    return {
        "status": "degraded" if said else "ok",
        "process": runtime.identity.name,
        "faults": told_openly(said),
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
    """As the process tells the console's people: what cannot be used of the configuration is named."""
    watched, held = runtime.watcher.health, len(runtime.stops.current.held)
    listed = held if watched.database_works else 0
    said: dict[str, bool] = {
        Fault.NOT_READY: not runtime.is_ready,
        Fault.NO_DATABASE: not watched.database_works,
        Fault.NO_PUSHES: not watched.push_works,
        Fault.HELD: 0 < listed <= MOST_TOLD,
        held_beyond(MOST_TOLD, held): listed > MOST_TOLD,
        Fault.HELD_MEANWHILE: held > listed,
        Fault.GLASS: runtime.glass.is_unreadable,
        Fault.OLD_CONFIG: bool(watched.config_fault),
        Fault.OLD_SNAPSHOTS: watched.age() > 2 * LATE_SECONDS,
        Fault.NO_DISK: not runtime.journal_works,
        Fault.JOURNAL_FULL: runtime.is_ready and runtime.journal.is_refusing,
    }
    return [str(fault) for fault, is_so in said.items() if is_so] + list(runtime.config.current.faults)
