"""When the worker last looked for stops that end: what stands still says nothing of it."""

from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache

# Every five seconds; silent for longer, worker or clock is gone or stuck.
SILENT: Final = timedelta(seconds=20)
_KEY: Final = "killswitch:swept"


def tell(*, at: datetime) -> None:
    cache.set(_KEY, at, timeout=None)


def is_silent(swept: datetime | None, *, at: datetime) -> bool:
    return swept is None or at - swept > SILENT


def last() -> datetime | None:
    """None when none ever did."""
    swept: datetime | None = cache.get(_KEY)
    return swept
