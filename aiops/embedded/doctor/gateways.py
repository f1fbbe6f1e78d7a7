"""Which gateways are silent, by name, and what to do about each."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from psycopg import Connection
from psycopg.errors import UndefinedTable

from aiops.embedded.doctor.finding import Finding, State
from aiops.embedded.status import ProcessStatus

# As long as the console waits before it counts one as silent.
_SILENT = """
SELECT name, host, pid, extract(epoch FROM now() - seen_at)::int FROM tenants_process
WHERE kind = 'gateway' AND seen_at <= now() - interval '5 seconds' ORDER BY name
"""


class Silent(NamedTuple):
    name: str
    host: str
    pid: int
    seconds: int


def silent(connection: Connection) -> list[Silent]:
    try:
        return [Silent(*row) for row in connection.execute(_SILENT)]
    except UndefinedTable:
        # A first start, which has not come so far.
        return []


def finding(silent: Collection[Silent], running: Collection[ProcessStatus]) -> Finding:
    if not silent:
        return Finding("gateways", State.OK, "all report")
    means = "; ".join(f"{one.name} (pid {one.pid}) was last heard of {one.seconds} s ago" for one in silent)
    return Finding(
        "gateways", State.FAIL, f"{means}. A stop is not confirmed there.", " ".join(_remedies(silent, running))
    )


def _remedies(silent: Collection[Silent], running: Collection[ProcessStatus]) -> Iterator[str]:
    alive = {(process.name, process.pid) for process in running if process.alive}
    for one in silent:
        if (one.name, one.pid) in alive:
            yield f"{one.name} is there and does nothing: `kill -9 {one.pid}` has another one started in its place."
        else:
            yield f"{one.name} does not run on this machine: start it on {one.host}, or wait a day and it is forgotten."
