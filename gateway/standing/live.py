"""How each member of a chain stands at this moment, and what it answered lately."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Self
from uuid import UUID

from django.core.cache import cache

from costs.reports import chains as counted
from costs.reports.chains import Counts, Day, Fallback, Fallbacks
from gateway.models import Chain, ChainMember, Model
from gateway.reason_words import reason_of
from gateway.standing.states import States, Told
from gateway.standing.words import Stand

_COUNTED_AGAIN_SECONDS: Final = 60
_NOBODY: Final = Counts()
_NONE: Final = Fallbacks()


@dataclass(frozen=True, slots=True)
class Line:
    """One member."""

    member: ChainMember
    stood: Told
    lately: Counts
    day: Counts
    hours: int

    @property
    def model(self) -> Model:
        return self.member.model

    @property
    def label(self) -> str:
        return self.model.label

    @property
    def state(self) -> Told:
        """Of one that nobody asked it is not known that it is well, only that nothing speaks against it."""
        asked = self.answered + self.failed + self.answered_day + self.failed_day
        if asked or not self.stood.is_well:
            return self.stood
        return Told(Stand.NOT_ASKED, f"no customer’s call reached it here in {self.hours} h")

    @property
    def answered(self) -> int:
        return self.lately.answered.get(self.label, 0)

    @property
    def failed(self) -> int:
        return self.lately.failed.get(self.label, 0)

    @property
    def answered_day(self) -> int:
        return self.day.answered.get(self.label, 0)

    @property
    def failed_day(self) -> int:
        return self.day.failed.get(self.label, 0)

    @property
    def share(self) -> float | None:
        """Of the day's answers."""
        return self.day.share(self.label)


@dataclass(frozen=True, slots=True)
class Step:
    """Of a call that fell back: who was asked in vain, and why."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class FellBack:
    """`served`: who answered; empty when nobody did. `trouble`: what became of the call then."""

    call: UUID
    at: datetime
    steps: Sequence[Step]
    served: str
    trouble: str

    @classmethod
    def of(cls, found: Fallback) -> Self:
        hops = (hop for hop in found.hops if hop.reason)
        steps = [Step(f"{hop.provider}/{hop.model}", reason_of(hop.reason, hop.status)) for hop in hops]
        if found.is_answered:
            return cls(found.call, found.at, steps, found.served, "")
        return cls(found.call, found.at, steps, "", "Broke off" if found.broke_off else "Nobody answered")


@dataclass(frozen=True, slots=True)
class Live:
    lines: Sequence[Line]
    hours: int
    fallbacks: Fallbacks

    @property
    def fallback(self) -> Fallback | None:
        """The newest, whether it was answered or not."""
        return self.fallbacks.newest

    @property
    def steps(self) -> Sequence[Step]:
        return FellBack.of(self.fallback).steps if self.fallback else ()

    @property
    def fell_back(self) -> list[FellBack]:
        """The last call that nobody answered to the end, if none was rescued since; and the last that was rescued."""
        told = (self.fallbacks.newer_in_vain, self.fallbacks.rescued)
        return [FellBack.of(each) for each in told if each]

    @property
    def troubled(self) -> int:
        return sum(line.state.is_in_trouble for line in self.lines)

    @property
    def is_down(self) -> bool:
        return bool(self.lines) and self.troubled == len(self.lines)

    @property
    def answered(self) -> int:
        return self.lines[0].lately.total if self.lines else 0


def lives(chains: Iterable[Chain], *, at: datetime) -> Mapping[UUID, Live]:
    """So many queries, however many chains there are."""
    found = list(chains)
    names = [chain.slug for chain in found]
    members = list(ChainMember.objects.filter(chain__in=found).select_related("model__provider").order_by("position"))
    states = States.of((member.model for member in members), at=at)
    lately, fallbacks = counted.lately(names, at=at), counted.last_fallbacks(names, at=at)
    day = counted.day(names, lately, _earlier(names, at), at=at)
    return {
        chain.pk: Live(
            [
                Line(
                    member,
                    states.told(member.model),
                    lately.get(chain.slug, _NOBODY),
                    day.chains.get(chain.slug, _NOBODY),
                    day.hours,
                )
                for member in members
                if member.chain_id == chain.pk
            ],
            day.hours,
            fallbacks.get(chain.slug, _NONE),
        )
        for chain in found
    }


def _earlier(names: list[str], at: datetime) -> Day:
    """Whoever looks on counts a day of calls once a minute, not each time."""
    key = f"chains-earlier:{sha256('|'.join(sorted(names)).encode()).hexdigest()[:32]}"
    found: Day | None = cache.get(key)
    if found is None:
        found = counted.earlier(names, at=at)
        cache.set(key, found, _COUNTED_AGAIN_SECONDS)
    return found
