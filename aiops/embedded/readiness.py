import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson

_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    code: int | None  # None: nothing answered
    payload: object


def says_ready(url: str, headers: Mapping[str, str] | None = None) -> bool:
    """Whether the address answers 200. One patient question is quicker than many short ones: a listening socket
    keeps it until the process behind accepts."""
    return _ask(url, headers)[0] == 200


def says_ready_as(name: str, url: str) -> bool:
    """For one of several processes behind a shared socket: whichever accepts answers, and says who it is."""
    seen = health(url, "/healthz").payload
    return isinstance(seen, dict) and seen.get("process") == name and says_ready(url + "/readyz")


def has_reported(file: Path, since: datetime) -> bool:
    """For a process without an address: the report it writes every second is of this run, and tells no fault."""
    try:
        report = orjson.loads(file.read_bytes())
        return datetime.fromisoformat(report["at"]) >= since and not report["fault"]
    except (OSError, KeyError, TypeError, ValueError):
        return False


def health(url: str, path: str, *, seconds: float = _SECONDS) -> Health:
    code, body = _ask(url + path, seconds=seconds)
    try:
        return Health(code, orjson.loads(body) if body else None)
    except orjson.JSONDecodeError:
        return Health(code, body.decode(errors="replace")[:200])


def _ask(url: str, headers: Mapping[str, str] | None = None, *, seconds: float = _SECONDS) -> tuple[int | None, bytes]:
    request = urllib.request.Request(url, headers=dict(headers or {}))  # noqa: S310 - our own http address
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310 - our own http address
            return int(answer.status), bytes(answer.read())
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read()
    except (OSError, http.client.HTTPException):
        return None, b""
