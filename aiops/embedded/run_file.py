"""run.json: what other programs may rely on while the console runs."""

from collections.abc import Iterable, Mapping
from typing import Final

import orjson

from aiops.embedded.home import Home, write_private

type RunFacts = dict[str, object]

# Other programs rely on these; whatever else is known at a start is for its greeting. docs/contract.md describes them.
FIELDS: Final = ("url", "gateway_url", "erp_url", "pids", "demo", "service_token")


def write_run_file(home: Home, facts: RunFacts) -> None:
    told = {name: facts[name] for name in FIELDS if name in facts}
    write_private(home.run_file, orjson.dumps(told, option=orjson.OPT_INDENT_2))


def read_run_file(home: Home) -> RunFacts | None:
    """None: nothing is ready."""
    try:
        facts = orjson.loads(home.run_file.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return facts if isinstance(facts, dict) else None


def pids_by_role(pids: Iterable[tuple[str, int | None]]) -> Mapping[str, list[int]]:
    roles: dict[str, list[int]] = {}
    for role, pid in pids:
        if pid is not None:
            roles.setdefault(role, []).append(pid)
    return roles
