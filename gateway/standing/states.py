"""How a model stands at this moment: stopped, without a key, or as the gateways say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from django.urls import reverse

from gateway.breakers.reading import Standing, State, standings
from gateway.models import Model, Provider
from gateway.reason_words import reason_of
from gateway.standing.words import WORDS, Stand, Word
from killswitch import scopes
from killswitch.models import Stop
from killswitch.scopes import Scope
from tenants.secrets import Unreadable

_STANDS: Final[Mapping[State, Stand]] = {
    State.CLOSED: Stand.HEALTHY,
    State.COOLING: Stand.COOLING,
    State.OPEN: Stand.OPEN,
    State.HALF_OPEN: Stand.TRYING_AGAIN,
    State.UNKNOWN: Stand.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Told:
    """`why` says what stands in its way, `until` when that is over; `url`: where to see to it."""

    stand: Stand
    why: str = ""
    until: datetime | None = None
    url: str = ""

    @property
    def word(self) -> Word:
        return WORDS[self.stand]

    @property
    def is_in_trouble(self) -> bool:
        """It takes no call, or is asked last."""
        return self.word.tone in ("bad", "held", "warn")

    @property
    def is_well(self) -> bool:
        return self.stand is Stand.HEALTHY


@dataclass(frozen=True, slots=True)
class States:
    """Read once for all models that are told of."""

    stood: Mapping[str, Standing]
    stops: Mapping[str, Stop]
    # Of providers, what keeps their keys from being used.
    faults: Mapping[UUID, str]

    @classmethod
    def of(cls, models: Iterable[Model], *, at: datetime) -> Self:
        found = list(models)
        stops = Stop.objects.active().filter(scope__in=scopes.ROAD)
        providers = {model.provider_id: model.provider for model in found}
        return cls(
            standings(found, at=at),
            {stop.target: stop for stop in stops},
            {pk: _fault(provider) for pk, provider in providers.items()},
        )

    def told(self, model: Model) -> Told:
        road = scopes.road_keys(model.provider.slug, model.slug)
        stop = next((self.stops[key] for key in road if key in self.stops), None)
        if stop is not None:
            what = f"{stop.what}: {stop.get_reason_display().lower()}"
            return Told(Stand.STOPPED, what, stop.expires_at, _switch(stop, model))
        if fault := self.faults[model.provider_id]:
            return Told(Stand.NO_KEY, fault)
        standing = self.stood[model.label]
        return Told(_STANDS[standing.state], _why(standing), standing.until)


def _switch(stop: Stop, model: Model) -> str:
    ref = model.provider.slug if stop.scope == Scope.PROVIDER else model.slug
    return reverse("killswitch:shared-detail", args=[stop.scope, ref])


def _why(standing: Standing) -> str:
    if standing.state is State.UNKNOWN:
        return "no gateway says how it stands"
    return reason_of(standing.reason) if standing.reason and standing.state is not State.CLOSED else ""


def _fault(provider: Provider) -> str:
    """As far as this process can tell: gateways read the variables of their own environment."""
    try:
        is_there = bool(provider.api_key()) or not (provider.api_key_env or provider.api_key_sealed)
    except Unreadable as fault:
        return str(fault)
    return "" if is_there else f"{provider.api_key_env} is not set"
