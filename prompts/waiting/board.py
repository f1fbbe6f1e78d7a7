"""Who waits for which prompt where, and what the newest release there is."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from prompts.waiting.wait import Place
from tenants.news import Connection, News, Tell

# Whoever waited comes back at once; a listener that came and went with them would cost more than it keeps.
LINGER_SECONDS: Final = 60.0
# Of every lane: releases are only ever added, so a number that stands says that nothing changed.
_NUMBERS: Final = """
SELECT prompt.name, release.environment, max(release.number)
FROM prompts_release AS release JOIN prompts_prompt AS prompt ON prompt.id = release.prompt_id
WHERE prompt.name = ANY (%s) GROUP BY prompt.name, release.environment
"""


@dataclass(slots=True)
class _Spot:
    # None: not read yet, so nobody knows what those who wait have missed.
    number: int | None = None
    # In the order in which they came, and are answered.
    stirred: dict[asyncio.Event, None] = field(default_factory=dict)


class Board:
    """One of a process, used in its event loop only. Listens for news while somebody waits, and a little longer."""

    def __init__(self, listen: Callable[[Tell], News]) -> None:
        self._listen = listen
        self._spots: dict[Place, _Spot] = {}
        self._news: News | None = None
        self._end: asyncio.TimerHandle | None = None
        self.count = 0

    @contextmanager
    def watching(self, place: Place) -> Iterator[asyncio.Event]:
        """Set whenever something was released there, and once too often rather than once too rarely."""
        stirred = asyncio.Event()
        self._spots.setdefault(place, _Spot()).stirred[stirred] = None
        self.count += 1
        self._begin()
        try:
            yield stirred
        finally:
            self.count -= 1
            self._leave(place, stirred)

    def stir_all(self) -> None:
        for spot in self._spots.values():
            _stir(spot)

    async def read(self, connection: Connection) -> None:
        names = sorted({place.prompt for place in self._spots})
        async with connection.transaction():
            # What a single tenant is served is news as well.
            await connection.execute("SET LOCAL app.tenants = '*'")
            cursor = await connection.execute(_NUMBERS, [names])
            numbers = {Place(*row[:2]): row[2] for row in await cursor.fetchall()}
        for place, spot in self._spots.items():
            before, spot.number = spot.number, numbers.get(place, 0)
            if before != spot.number:
                _stir(spot)

    def _leave(self, place: Place, stirred: asyncio.Event) -> None:
        spot = self._spots[place]
        del spot.stirred[stirred]
        if not spot.stirred:
            del self._spots[place]
        if not self._spots:
            self._end = asyncio.get_running_loop().call_later(LINGER_SECONDS, self._stop)

    def _begin(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
        if self._news is None:
            self._news = self._listen(self.read)
            self._news.start()

    def _stop(self) -> None:
        if self._news is not None:
            self._news.stop()
        self._news = self._end = None


def _stir(spot: _Spot) -> None:
    for stirred in spot.stirred:
        stirred.set()
