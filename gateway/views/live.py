"""How each member of a chain stands at this moment, and what it answered lately."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse

from costs.reports import chains as counted
from costs.reports.chains import Counts, Day, Fallback
from evals.parity.chains import label_of
from gateway.breakers.reading import Standing, State, standings
from gateway.models import Chain, ChainMember, Model
from gateway.views.words import Word, reason_of
from killswitch import scopes
from killswitch.models import Stop
from killswitch.scopes import Scope
from tenants.secrets import Unreadable

_COUNTED_AGAIN_SECONDS: Final = 60
_WORDS: Final[Mapping[State, Word]] = {
    State.CLOSED: Word("ok", "Healthy"),
    State.COOLING: Word("warn", "Cooling"),
    State.OPEN: Word("bad", "Open"),
    State.HALF_OPEN: Word("warn", "Trying again"),
    State.UNKNOWN: Word("plain", "Cannot tell"),
}
_NOBODY: Final = Counts()


@dataclass(frozen=True, slots=True)
class Line:
    """One member. `why` says what stands in its way, `until` when that is over; `url` where to see to it."""

    member: ChainMember
    word: Word
    why: str
    until: datetime | None
    url: str
    lately: Counts
    day: Counts

    @property
    def model(self) -> Model:
        return self.member.model

    @property
    def label(self) -> str:
        return label_of(self.model)

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

    @property
    def is_away(self) -> bool:
        return self.word.tone in ("bad", "held")


@dataclass(frozen=True, slots=True)
class Step:
    """Of the last fallback: who was asked in vain, and why."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Live:
    lines: Sequence[Line]
    hours: int
    fallback: Fallback | None

    @property
    def steps(self) -> list[Step]:
        hops = self.fallback.hops if self.fallback else ()
        return [Step(f"{hop.provider}/{hop.model}", reason_of(hop.reason, hop.status)) for hop in hops if hop.reason]

    @property
    def answered(self) -> int:
        return self.lines[0].lately.total if self.lines else 0


def lives(chains: Iterable[Chain], *, at: datetime) -> Mapping[UUID, Live]:
    """So many queries, however many chains there are."""
    found = list(chains)
    names = [chain.slug for chain in found]
    members = list(ChainMember.objects.filter(chain__in=found).select_related("model__provider").order_by("position"))
    models = {member.model_id: member.model for member in members}
    stood, stops = standings(models.values(), at=at), _stops()
    lately, day, fallbacks = counted.lately(names, at=at), _day(names, at), counted.last_fallbacks(names, at=at)
    return {
        chain.pk: Live(
            [
                _line(member, stood, stops, lately.get(chain.slug, _NOBODY), day.chains.get(chain.slug, _NOBODY))
                for member in members
                if member.chain_id == chain.pk
            ],
            day.hours,
            fallbacks.get(chain.slug),
        )
        for chain in found
    }


def _day(names: list[str], at: datetime) -> Day:
    """A page that is looked at counts a day of calls once a minute, not each time it looks."""
    key = f"chains-day:{sha256('|'.join(sorted(names)).encode()).hexdigest()[:32]}"
    found: Day | None = cache.get(key)
    if found is None:
        found = counted.day(names, at=at)
        cache.set(key, found, _COUNTED_AGAIN_SECONDS)
    return found


def _stops() -> Mapping[str, Stop]:
    """Those of providers and models, by their targets."""
    return {stop.target: stop for stop in Stop.objects.active().filter(scope__in=scopes.ROAD)}


def _line(
    member: ChainMember, stood: Mapping[str, Standing], stops: Mapping[str, Stop], lately: Counts, day: Counts
) -> Line:
    model = member.model
    road = scopes.road_keys(model.provider.slug, model.slug)
    stop = next((stops[key] for key in road if key in stops), None)
    if stop is not None:
        what = f"{stop.what}: {stop.get_reason_display().lower()}"
        return Line(member, Word("held", "Stopped"), what, stop.expires_at, _switch(stop, model), lately, day)
    if fault := _lacks_key(model):
        return Line(member, Word("bad", "No key"), fault, None, "", lately, day)
    standing = stood[label_of(model)]
    return Line(member, _WORDS[standing.state], _why(standing), standing.until, "", lately, day)


def _switch(stop: Stop, model: Model) -> str:
    ref = model.provider.slug if stop.scope == Scope.PROVIDER else model.slug
    return reverse("killswitch:shared-detail", args=[stop.scope, ref])


def _why(standing: Standing) -> str:
    if standing.state is State.UNKNOWN:
        return "no gateway says how it stands"
    return reason_of(standing.reason) if standing.reason and standing.state is not State.CLOSED else ""


def _lacks_key(model: Model) -> str:
    """As far as this process can tell: gateways read the variables of their own environment."""
    provider = model.provider
    try:
        is_there = bool(provider.api_key()) or not (provider.api_key_env or provider.api_key_sealed)
    except Unreadable as fault:
        return str(fault)
    return "" if is_there else f"{provider.api_key_env} is not set"
