"""Whether every gateway serves a release: asked of the gateways themselves, as calls would be."""

import os
import time
from typing import Any, Final, NamedTuple

from aiops.cli.failing import fail
from aiops.cli.plain import plain
from aiops.cli.remote import find

_PAUSE: Final = 0.02
_PATIENCE: Final = 5.0


class Confirmations(NamedTuple):
    """`laggards`: gateways that answered, and were behind when they last did."""

    revision: int
    total: int
    confirmed: int
    laggards: list[str]
    seconds: float
    complete: bool


def gateway_address() -> str:
    """As `known_gateway`, without /v1; a command that cannot know it ends."""
    address = known_gateway()
    if not address:
        fail(
            "--wait asks the gateways: set AIOPS_GATEWAY_URL to their address. Nothing was released.",
            error="no_gateway",
        )
    return address.rstrip("/").removesuffix("/v1")


def known_gateway() -> str:
    """AIOPS_GATEWAY_URL, or the gateway of the console that runs here; empty: neither."""
    if given := os.environ.get("AIOPS_GATEWAY_URL"):
        return given
    from aiops.embedded.home import Home  # noqa: PLC0415 - only for those who wait
    from aiops.embedded.settings import home_path  # noqa: PLC0415
    from aiops.embedded.status import living_facts  # noqa: PLC0415

    facts = living_facts(Home(home_path(os.environ)))
    return str(facts["gateway_url"]) if facts and find(os.environ).url == str(facts["url"]).rstrip("/") else ""


def confirmations(gateway: str, revision: int, *, total: int, timeout: float) -> Confirmations:
    """Asks until so many gateways have answered that they are at the revision, or the time is over."""
    began = time.monotonic()
    seen: dict[str, int] = {}
    while True:
        confirmed = sum(number >= revision for number in seen.values())
        elapsed = time.monotonic() - began
        if confirmed >= total or elapsed >= timeout:
            late = sorted(name for name, number in seen.items() if number < revision)
            return Confirmations(revision, total, confirmed, late, round(elapsed, 3), confirmed >= total)
        if health := _health(gateway):
            seen[plain(str(health.get("process")))] = int(health.get("config_revision") or 0)
        time.sleep(_PAUSE)


def _health(gateway: str) -> dict[str, Any]:
    """Of whichever gateway answers: every time over a new connection, so that each has its turn."""
    import httpx  # noqa: PLC0415 - 0.2 s that the other commands need not spend

    try:
        with httpx.Client(base_url=gateway, timeout=_PATIENCE, trust_env="127.0.0.1" not in gateway) as client:
            found = client.get("/healthz").json()
    except (httpx.HTTPError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
