"""Gateways that run and serve nothing yet, and why: in files of their own, as PostgreSQL may be what they wait for."""

from collections.abc import Iterator
from typing import NamedTuple

import orjson

from aiops.embedded.home import Home
from aiops.embedded.identity import command_line


class Waiting(NamedTuple):
    name: str
    why: str


def waiting(home: Home) -> Iterator[Waiting]:
    for file in sorted((home.path / "break-glass" / "gateways").glob("*.json")):
        try:
            said = orjson.loads(file.read_bytes())
            name, pid, why = str(said["process"]), int(said["pid"]), str(said["why_not_ready"])
        except (OSError, KeyError, TypeError, ValueError):
            continue
        # One that is gone said it of a life before.
        if why and "gateway" in command_line(pid):
            yield Waiting(name, why)
