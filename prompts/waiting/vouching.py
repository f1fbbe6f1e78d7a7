"""Which of those who wait may read the same, so that one answer does for all of them."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, close_old_connections

from tenants.standings import Standing, standings


class Vouching:
    """Reads in one query what all are granted who ask while another reading is under way, or within one moment."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._wanted: set[str] = set()
        self._next: asyncio.Task[Mapping[str, Standing]] | None = None

    async def standing(self, key: str) -> Standing | None:
        """As it is now or becomes so later. None: not a service key that lives, or nobody could look."""
        self._wanted.add(key)
        if self._next is None:
            self._next = asyncio.create_task(self._read())
        return (await asyncio.shield(self._next)).get(key)

    async def _read(self) -> Mapping[str, Standing]:
        async with self._turn:
            wanted, self._wanted, self._next = self._wanted, set(), None
            return await self.find(wanted)

    async def find(self, keys: Collection[str]) -> Mapping[str, Standing]:
        return await asyncio.to_thread(_find, keys)


def bearer(scope: Mapping[str, Any]) -> str | None:
    """The key, if nothing else says who asks."""
    said = [value for name, value in scope["headers"] if name in (b"authorization", b"cookie")]
    scheme, _, text = (said[0] if len(said) == 1 else b"").decode("latin-1").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def _find(keys: Collection[str]) -> Mapping[str, Standing]:
    try:
        return standings(keys, at=datetime.now(UTC))
    except DatabaseError:
        # The application says so to each of them in its own words.
        return {}
    finally:
        close_old_connections()
