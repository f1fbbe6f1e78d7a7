"""Which requests may wait, for what and for how long. Pure: what is asked badly is told by whoever answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

LONGEST_SECONDS: Final = 60
PRODUCTION: Final = "production"
_PATH: Final = re.compile(r"/api/v1/prompts/([^/\0]+)/")


class Place(NamedTuple):
    prompt: str
    environment: str


@dataclass(frozen=True, slots=True)
class Wait:
    place: Place
    seconds: int


def wait_of(scope: Mapping[str, Any]) -> Wait | None:
    """None of everything that is answered at once, as is a caller who has nothing yet."""
    if scope["type"] != "http" or scope["method"] not in (HTTPMethod.GET, HTTPMethod.HEAD):
        return None
    found = _PATH.fullmatch(scope["path"])
    if found is None or not any(name == b"if-none-match" for name, _ in scope["headers"]):
        return None
    query = parse_qs(scope["query_string"].decode("latin-1"))
    seconds = _seconds(query.get("wait", [""])[-1].strip())
    environment = query.get("environment", [PRODUCTION])[-1].strip()
    return Wait(Place(found[1], environment), seconds) if 0 < seconds <= LONGEST_SECONDS else None


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
