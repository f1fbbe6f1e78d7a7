"""What the search over everything offers to turn off or on: links to the step that asks first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from django.db.models import Q

from gateway.models import Model, Provider
from killswitch.models import Stop
from killswitch.targets import Target
from killswitch.views.places import Place
from tenants.models import Feature, Tenant
from tenants.permissions import Permission
from tenants.principals import Principal
from tenants.scope import ALL

# Of each kind; of tenants, which are looked for most, more.
MOST: Final = 4
MOST_TENANTS: Final = 8
_VERB: Final = re.compile(r"((?P<off>(turn|switch) off|stop|kill|off)|(turn|switch) on|lift|on)\b", re.IGNORECASE)
_EVERYONE: Final = ("everyone", "everything", "global", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: `stop northwind` is about turning off what has `northwind` in its name."""

    words: str
    # None where no verb was typed: either may be meant.
    wants_off: bool | None = None

    @classmethod
    def of(cls, query: str) -> Self:
        verb = _VERB.match(query)
        words = query[verb.end() :].strip() if verb else ""
        # A verb alone may be the beginning of a name.
        return cls(words, wants_off=verb["off"] is not None) if verb and words else cls(query)


@dataclass(frozen=True, slots=True)
class Lever:
    place: Place
    is_off: bool

    @property
    def address(self) -> str:
        return self.place.on if self.is_off else self.place.off

    @property
    def words(self) -> str:
        what = "AI for everyone" if self.place.is_everyone else self.place.name
        return f"Turn {'on' if self.is_off else 'off'} {what}…"


def levers(principal: Principal, asked: Asked) -> list[Lever]:
    """Of what this person may turn off; what is off already is offered to be turned on."""
    if not asked.words:
        return []
    places = [place for place in _places(principal, asked.words) if place.may_change(principal)]
    off = set(Stop.objects.active().filter(target__in=[p.target.key for p in places]).values_list("target", flat=True))
    found = [Lever(place, place.target.key in off) for place in places]
    return [lever for lever in found if asked.wants_off in (None, not lever.is_off)]


def tenants_named(query: str) -> list[Tenant]:
    words = _named(query) | Q(domain__icontains=query)
    return list(Tenant.objects.customers().filter(words).order_by("name")[:MOST_TENANTS]) if query else []


def _places(principal: Principal, query: str) -> Iterator[Place]:
    yield from (Place(Target.of(tenant)) for tenant in tenants_named(query))
    if principal.over(Permission.SWITCHES_READ) != ALL:
        return
    yield from _providers(query)
    yield from _models(query)
    yield from _features(query)
    if query.lower() in _EVERYONE:
        yield Place(Target.everything())


def _providers(query: str) -> Iterator[Place]:
    for row in Provider.objects.filter(_named(query)).order_by("name")[:MOST]:
        yield Place(Target.provider(row.slug, row.name), row.slug)


def _models(query: str) -> Iterator[Place]:
    for row in Model.objects.filter(slug__icontains=query).order_by("slug")[:MOST]:
        yield Place(Target.model(row.slug), row.slug)


def _features(query: str) -> Iterator[Place]:
    for row in Feature.objects.customers().filter(_named(query)).order_by("name")[:MOST]:
        yield Place(Target.feature_of_all(row), row.slug)


def _named(query: str) -> Q:
    return Q(name__icontains=query) | Q(slug__icontains=query)
