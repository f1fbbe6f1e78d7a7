"""What one gateway process knows of the stops: for monitors. No tenants: it asks for no key."""

from typing import Any

from gateway.process.pulse import LATE_SECONDS
from gateway.process.runtime import Runtime


def killswitch(runtime: Runtime) -> dict[str, Any]:
    stops, watched = runtime.stops.current, runtime.watcher.health
    age, is_unreadable = watched.age(), runtime.glass.is_unreadable
    is_well = (
        runtime.is_ready and watched.push_works and not stops.held and not is_unreadable and age < 2 * LATE_SECONDS
    )
    return {
        "status": "ok" if is_well else "degraded",
        "process": runtime.identity.name,
        "id": str(runtime.identity.id),
        "stops_revision": stops.number,
        "mark": str(stops.mark),
        "stops_in_force": len(stops.by_target),
        "held_stops": len(stops.held),
        "broken_glass_is_readable": not is_unreadable,
        "snapshot_age_seconds": None if age == float("inf") else round(age, 3),
        "paths": {"push": watched.push_works, "database": watched.database_works},
    }


def watch(runtime: Runtime) -> None:
    """The same as figures."""
    health, add = runtime.watcher.health, runtime.metrics.watch
    add("push_works", "1 while pushed stops arrive; else the comparison finds them.", lambda: float(health.push_works))
    add("held_stops", "Stops in force here that PostgreSQL does not know.", lambda: len(runtime.stops.current.held))
    add("stops_in_force", "Stops in force here.", lambda: len(runtime.stops.current.by_target))
