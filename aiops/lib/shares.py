"""Who belongs to a share of people: everybody has a place, and keeps it. Pure."""

from hashlib import blake2b
from typing import Final

_SLOTS: Final = 1 << 32


def place_of(who: str, *, among: str) -> float:
    """From 0 up to 1, by what is shared out: whoever is first of one is not the first of every other."""
    digest = blake2b(f"{among}\0{who}".encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest) / _SLOTS


def is_within(percent: int, who: str, *, among: str) -> bool:
    """A larger share takes more people in, and lets nobody out who was in it."""
    return place_of(who, among=among) * 100 < percent
