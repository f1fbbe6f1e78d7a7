"""Which company each user works for: it changes about never, and asking for it costs each write two requests."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from integrations.contract import Access

_KEPT_SECONDS: Final = 300.0
_MOST_KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Company:
    id: int
    name: str
    currency: str


class Companies:
    """So many and for so long; threads share it."""

    def __init__(self, *, most: int = _MOST_KEPT, seconds: float = _KEPT_SECONDS) -> None:
        self._most, self._seconds = most, seconds
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Company]] = OrderedDict()

    def of(self, access: Access, find: Callable[[], Company]) -> Company:
        place, now = _place_of(access), time.monotonic()
        with self._lock:
            kept = self._kept.get(place)
        if kept and kept[0] > now:
            return kept[1]
        found = find()
        with self._lock:
            self._kept[place] = now + self._seconds, found
            self._kept.move_to_end(place)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found

    def __len__(self) -> int:
        return len(self._kept)


def _place_of(access: Access) -> str:
    """Whose company it is: another key of another user must never find it."""
    parts = (access.address, access.settings["database"], access.credentials)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
