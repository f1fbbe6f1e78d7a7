"""What one gateway process remembers of its reservations, so that no loss of Valkey can lose them. Pure."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from costs.budgeting.limits import Counter


class Place(NamedTuple):
    """Where a journal line ends: recorded once the recorder has come so far, or has taken the segment away."""

    segment: Path
    offset: int


@dataclass(slots=True, eq=False)
class Entry:
    """One reservation, from before it is asked for until its call is recorded."""

    call: UUID
    tenant: UUID
    counters: list[Counter]
    # In nano-dollars: what is held, and what the call counts for if this process dies under it.
    amount: int
    floor: int
    # Whether Valkey said so.
    is_held: bool = False
    # What it cost; None while it is under way.
    cost: int | None = None
    # The generation that knows the cost.
    told: str = ""
    place: Place | None = None

    @property
    def value(self) -> str:
        """As it is kept in Valkey; of a settled one with its cost in place of what was held."""
        amount = self.amount if self.cost is None else self.cost
        return f"{amount}|{self.floor}|{self.tenant}|{','.join(counter.name for counter in self.counters)}"


@dataclass(slots=True)
class Book:
    """By call."""

    entries: dict[UUID, Entry] = field(default_factory=dict)

    def settled(self) -> list[Entry]:
        return [entry for entry in self.entries.values() if entry.cost is not None]

    def unknown_to(self, generation: str) -> list[Entry]:
        """What a generation has to be told when this process joins it."""
        return [
            entry
            for entry in self.entries.values()
            if entry.is_held and (entry.cost is None or entry.told != generation)
        ]

    def forget_recorded(self, offsets: dict[str, int]) -> None:
        """`offsets`: how far the recorder has come, by the name of the segment."""
        for entry in self.settled():
            if entry.told and (entry.place is None or _is_recorded(entry.place, offsets)):
                del self.entries[entry.call]


def _is_recorded(place: Place, offsets: dict[str, int]) -> bool:
    offset = offsets.get(place.segment.name)
    return offset >= place.offset if offset is not None else not place.segment.exists()
