"""Waiting for a place in a process that is full."""

import asyncio
from typing import Final

from gateway.caller import Caller
from gateway.config import Tenant
from gateway.errors import Gone
from gateway.process.load import Load

# Longer, and callers are better off trying elsewhere.
PATIENCE_SECONDS: Final = 2.0


async def turn(load: Load, tenant: Tenant, caller: Caller, seconds: float = PATIENCE_SECONDS) -> None:
    """Returns with the place; raises why there is none, or that the caller did not wait for it."""
    place = load.queue(tenant.id, tenant.max_calls)
    watching = asyncio.create_task(caller.hang_up())
    try:
        await asyncio.wait((place, watching), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        # Two that read from one caller would take from each other.
        watching.cancel()
        # Not awaited itself: its cancellation and one of ours would look alike.
        await asyncio.wait((watching,))
        if not watching.cancelled():
            watching.result()
    except BaseException:
        watching.cancel()
        load.give_up(tenant.id, place)
        raise
    if place.done():
        return place.result()
    refusal = load.refusal(tenant.id)
    load.give_up(tenant.id, place)
    raise Gone if caller.gone else refusal
