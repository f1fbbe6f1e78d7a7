"""Another share for a version that a canary tries already: from how many to how many, and whom that changes."""

from dataclasses import dataclass
from typing import Self

from prompts.models import PromptVersion, Release
from prompts.views.audience import Audience, people


@dataclass(frozen=True, slots=True)
class Shift:
    """`was` and `will` are of 100 people of that lane."""

    version: PromptVersion
    # What they get who are not in it.
    others: PromptVersion
    was: int
    will: int
    # `25% of people`, as it will be.
    people: str
    # `10% of people`, as it is.
    people_now: str

    @classmethod
    def of(
        cls, version: PromptVersion, canary: Release | None, beside: Release | None, audience: Audience
    ) -> Self | None:
        """None: it is no canary's share that changes."""
        if canary is None or beside is None or canary.version_id != version.pk:
            return None
        if not audience.is_canary or audience.percent == canary.percent:
            return None
        now = people(canary.percent, audience.tenant)
        return cls(version, beside.version, canary.percent, audience.percent, audience.people, now)

    @property
    def is_raised(self) -> bool:
        return self.will > self.was

    @property
    def verb(self) -> str:
        return "Raise" if self.is_raised else "Lower"

    @property
    def span(self) -> str:
        """`from 10% to 25% of people`."""
        return f"from {self.was}% to {self.people}"

    @property
    def who_changes(self) -> str:
        apart = f"{abs(self.will - self.was)}% more" if self.is_raised else f"{self.was - self.will}%"
        if self.is_raised:
            return f"{apart} go from {self.others} to {self.version}; who gets {self.version} now keeps it"
        return f"{apart} go back to {self.others}; no one else changes"
