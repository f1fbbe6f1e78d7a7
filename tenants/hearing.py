"""Is the subscription to pushes deaf? It can go silent without an error. Pure: the clock is the caller's."""

from dataclasses import dataclass


@dataclass(slots=True)
class Hearing:
    # The newest revision of the stops that a push told of; since when the comparison knows of a newer one.
    heard: int | None = None
    missed_since: float | None = None

    def begin(self) -> None:
        """Newly subscribed: what was pushed before says nothing of this subscription."""
        self.heard = self.missed_since = None

    def hear(self, number: int) -> None:
        self.heard = max(self.heard or 0, number)

    def is_deaf(self, number: int, *, now: float, period: float) -> bool:
        """Asked at each comparison, which found this revision: it missed a change for a whole period."""
        if self.heard is None or number <= self.heard:
            # Told of everything; or the database was restored, and counts anew from there.
            self.heard, self.missed_since = number, None
        elif self.missed_since is None:
            self.missed_since = now
        elif now - self.missed_since >= period:
            self.begin()
            return True
        return False
