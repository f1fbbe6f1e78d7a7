"""How long pages and lists of prompts take with 10,000 versions of 200 prompts, and with 10,000 more of one prompt.

Every version was live in its time; now a canary and a tenant's own version are served beside what everybody gets. Told
is also what gateways and the console use of the processor, which a machine that is busy otherwise changes little.
"""

import hashlib
import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any, Final
from uuid import UUID

import httpx
import psycopg

from aiops.lib import uuid7
from bench import pages, processor, stack
from bench.memory import processes
from bench.render import PARTS, SYSTEM, USER, VARIABLES
from bench.rollback import console

REQUESTS: Final = 100
MARK: Final = 200
PROMPTS, OF_EACH, LONGEST = 200, 50, 10_000
_LAST: Final = LONGEST // 25
PAGES: Final = (
    "/prompts/", "/prompts/?q=bench-17", "/prompts/?only=ahead", "/prompts/bench-100/", "/prompts/bench-100/v50/",
    "/prompts/longest/", f"/prompts/longest/?page={_LAST // 2}", f"/prompts/longest/?page={_LAST}",
    "/prompts/longest/?q=change+77", "/prompts/longest/?q=nobody", "/prompts/longest/v10000/",
    "/prompts/longest/v5000/", "/prompts/longest/v10000/preview/",
    "/prompts/longest/release/?version=v10000&environment=production",
    "/prompts/longest/canary/?environment=production",
    "/planned-releases/", "/parts/",
)  # fmt: skip
LISTS: Final = (
    "prompts/?limit=100", "prompts/longest/versions/?limit=100", "prompts/longest/versions/?limit=100&cursor=5000",
    "prompts/longest/versions/?limit=100&cursor=101",
)  # fmt: skip
_A_TENANT: Final = "SELECT id FROM tenants_tenant WHERE slug <> '_operator' ORDER BY slug LIMIT 1"
_BEHIND: Final = (
    "SELECT 1 FROM tenants_process JOIN tenants_revision ON config_revision < number"
    " WHERE tenants_revision.name = 'config' AND kind = 'gateway'"
)
_COLUMNS: Final = (
    "id, prompt_id, hash, number, content, tokens, lines_added, lines_removed, commit, author, message, pushed_at,"
    " pushed_by, pushed_by_kind, pushed_by_id"
)


def main() -> None:
    with stack.home() as folder, stack.running(folder) as running:
        running.settle()
        fill(running)
        with pages.client(running) as client:
            pages.log_in(client, **running.run["demo"]["logins"]["admin"])
            for page in PAGES:
                _ask(running, client, page, page)
        with console(running) as api:
            for address in LISTS:
                _ask(running, api, address, f"/api/v1/{address}")
    print(f"{PROMPTS} prompts with {PROMPTS * OF_EACH:,} versions, and one with {LONGEST:,}; mark: p95 <= {MARK} ms")


def fill(running: stack.Stack) -> None:
    with stack.connected(running) as connection:
        with connection.transaction():
            for number in range(PROMPTS):
                _add(connection, f"bench-{number}", OF_EACH)
            _add(connection, "longest", LONGEST)
        connection.execute("VACUUM ANALYZE prompts_prompt, prompts_promptversion, prompts_release")
        # Gateways compile what is live now.
        used = _used(running, "gateway")
        while connection.execute(_BEHIND).fetchone():
            time.sleep(1)
    spent = " and ".join(f"{after - before:.1f}" for before, after in zip(used, _used(running, "gateway"), strict=True))
    print(f"gateways, until they serve all of it: {spent} s of the processor")


def _add(connection: psycopg.Connection, name: str, versions: int) -> None:
    prompt = uuid7.new()
    connection.execute(
        "INSERT INTO prompts_prompt (id, name, description, suites, created_at) VALUES (%s, %s, '', '[]', now())",
        [prompt, name],
    )
    with connection.cursor().copy(f"COPY prompts_promptversion ({_COLUMNS}) FROM STDIN") as copy:
        for row in _versions(prompt, name, versions):
            copy.write_row(row)
    _release(connection, prompt, "number <= %s", "NULL, 'main', 100", versions - 3)
    _release(connection, prompt, "number = %s", "NULL, 'canary', 25", versions - 1)
    _release(connection, prompt, "number = %s", f"({_A_TENANT}), 'main', 100", versions - 2)


def _release(connection: psycopg.Connection, prompt: UUID, which: str, lane: str, version: int) -> None:
    connection.execute(
        "INSERT INTO prompts_release (id, prompt_id, version_id, environment, number, tenant_id, lane, percent, kind,"  # noqa: S608
        " note, override_reason, made_at, made_by_kind, made_by_id, made_by_label)"
        f" SELECT uuidv7(), prompt_id, id, 'production', number, {lane}, 'release', '', '', pushed_at, 'system', '',"
        f" 'bench' FROM prompts_promptversion WHERE prompt_id = %s AND {which}",
        [prompt, version],
    )


def _versions(prompt: UUID, name: str, versions: int) -> Iterator[tuple[Any, ...]]:
    now, chance = datetime.now(UTC), random.Random(7)  # noqa: S311
    for number in range(1, versions + 1):
        content = _content(name, number)
        digest = hashlib.sha256(content.encode()).hexdigest()
        at = now - timedelta(minutes=versions - number)
        told = (f"{chance.getrandbits(64):016x}", f"Ada {number % 7} <ada@example.com>", f"Say change {number}")
        yield (uuid7.new(), prompt, digest, number, content, 1900 + number % 90, 1, 1, *told, at, "bench", "", "")


def _content(name: str, number: int) -> str:
    parts = dict(PARTS)
    path = list(parts)[number % len(parts)]
    parts[path] += f"Rule {number} of {name} says what has changed.\n"
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}]
    variables = {key: {"required": "default" not in each, **each} for key, each in VARIABLES.items()}
    data = {"messages": messages, "parts": parts, "model": {"chain": "default"}, "output": {}, "variables": variables}
    return json.dumps(data, sort_keys=True, separators=(",", ":"))


def _used(running: stack.Stack, role: str) -> list[float]:
    """By each process of this role, with what it has started."""
    names = {name: pids for name, pids in running.run["pids"].items() if name.startswith(role)}
    return [processor.seconds(processes(name, [pid])) for name, pids in names.items() for pid in pids]


def _ask(running: stack.Stack, client: httpx.Client, address: str, told: str) -> None:
    used = sum(_used(running, "console"))
    times = [pages.milliseconds(client, address) for _ in range(REQUESTS)]
    spent = (sum(_used(running, "console")) - used) * 1000 / REQUESTS
    shown = f"median {median(times):5.0f} ms, p95 {quantiles(times, n=20)[-1]:5.0f} ms"
    print(f"{told:<62} {shown}, {spent:4.0f} ms of the processor", flush=True)


if __name__ == "__main__":
    main()
