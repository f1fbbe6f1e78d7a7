"""Every price as one process holds it. Read by every gateway call. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Self
from uuid import UUID

from costs.pricing import PriceList


class Version(NamedTuple):
    """A price list and the id under which a call names it."""

    id: UUID
    valid_from: datetime
    prices: PriceList


@dataclass(frozen=True, slots=True)
class PriceBook:
    """By provider and model, in the order in which they win: whichever has begun first in the list is in force."""

    versions: Mapping[tuple[str, str], tuple[Version, ...]]

    @classmethod
    def of(cls, ranked: Iterable[tuple[str, str, Version]]) -> Self:
        book: dict[tuple[str, str], tuple[Version, ...]] = {}
        for provider, model, version in ranked:
            book[provider, model] = (*book.get((provider, model), ()), version)
        return cls(book)

    def in_force(self, provider: str, model: str, *, at: datetime) -> Version | None:
        """None: this model has no price, and what it costs is unknown."""
        for version in self.versions.get((provider, model), ()):
            if version.valid_from <= at:
                return version
        return None


EMPTY: Final = PriceBook({})
