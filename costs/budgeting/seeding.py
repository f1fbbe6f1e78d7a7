"""Setting the counters from PostgreSQL, so that nothing that was spent or is under way goes uncounted."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from costs.budgeting import scripts, truth
from costs.budgeting.errors import Unknown
from costs.budgeting.limits import Counter
from costs.budgeting.truth import Truth, Unrecorded

# What a process that has just ended wrote into its journal is recorded by then.
RECORDED_WITHIN_MS: Final = 1000
# The same of a gateway that has no call under way and no way to Valkey.
IDLE_WITHIN_MS: Final = 3000
_LOOK_AGAIN_SECONDS: Final = 0.1
_PATIENCE_SECONDS: Final = 4.0

type Run = Callable[..., Awaitable[Any]]


async def seed(
    run: Run, generation: str, everything: Callable[[], Sequence[Counter]], counters: Sequence[Counter]
) -> None:
    """What is missing; in a new generation that is everything, once every gateway has told what it knows."""
    until = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
    while True:
        found = await run(scripts.LOOK, generation)
        if found[0] == b"generation":
            return
        at, fields = int(found[1]), _fields(found[2])
        wanted = list({each.name: each for each in (*everything(), *counters)}.values())
        if fields["state"] == "open":
            missing = [each for each in wanted if f"s:{each.name}" not in fields]
            if missing:
                await run(scripts.SEED, generation, 0, *_words(await _read(missing, [])))
            return
        unrecorded = places(fields)
        known = await _read(wanted, unrecorded.values())
        if _has_everyone_told(known, _joined(fields), age_ms=at - int(fields["opened"])):
            recorded = [place for place, each in unrecorded.items() if each.call in known.recorded]
            await run(scripts.SEED, generation, len(recorded), *recorded, *_words(known))
            return
        if asyncio.get_running_loop().time() > until:
            raise Unknown("not every gateway has told yet what it holds")
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


def held_by(process: str, found: Sequence[Any]) -> Iterator[tuple[UUID, int]]:
    """The calls of this process for which something is held, each with its floor, as LOOK found them."""
    fields = _fields(found[2]) if found[0] == b"found" else {}
    mine = f"r:{process}:"
    return ((UUID(name.removeprefix(mine)), int(value.split("|")[1])) for name, value in fields.items() if mine in name)


def places(fields: Mapping[str, str]) -> dict[str, Unrecorded]:
    """By place, which is process and call. What is held now may be settled, and recorded, a moment later."""
    return {
        field[2:]: Unrecorded(UUID(value.split("|")[2]), UUID(field.rpartition(":")[2]))
        for field, value in fields.items()
        if field.startswith(("r:", "u:"))
    }


def _has_everyone_told(known: Truth, joined: frozenset[str], *, age_ms: int) -> bool:
    if not known.busy <= joined or age_ms < RECORDED_WITHIN_MS:
        return False
    return known.idle <= joined or age_ms >= IDLE_WITHIN_MS


async def _read(counters: Sequence[Counter], calls: Any) -> Truth:
    return await asyncio.to_thread(truth.read_aside, counters, list(calls))


def _fields(flat: Sequence[bytes]) -> dict[str, str]:
    words = [word.decode() for word in flat]
    return dict(zip(words[::2], words[1::2], strict=True))


def _joined(fields: Mapping[str, str]) -> frozenset[str]:
    return frozenset(field[2:] for field in fields if field.startswith("j:"))


def _words(known: Truth) -> list[str | int]:
    return [word for name, spent in known.spent.items() for word in (name, spent)]
