"""run.json: what other programs may rely on while the console runs."""

from collections.abc import Iterable, Mapping

import orjson

from aiops.embedded.home import Home, write_private

type RunFacts = dict[str, object]


def write_run_file(home: Home, facts: RunFacts) -> None:
    write_private(home.run_file, orjson.dumps(facts, option=orjson.OPT_INDENT_2))


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
