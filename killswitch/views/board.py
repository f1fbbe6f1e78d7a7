"""The list of switches: who needs a look, then everybody by traffic. Built for ten thousand tenants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Final
from uuid import UUID

from django.db.models import Q

from costs import reports
from costs.models import EndUser
from killswitch.models import Stop, StopEvent
from killswitch.views.standing import Standing, State, covers
from tenants.models import Feature, Process, Tenant
from tenants.scope import Tenants

HIGH_ERRORS: Final = 0.03
# One failed call of three is bad luck: of a quarter of an hour's calls at least so many failed.
LEAST_FAILED: Final = 2
PAGE: Final = 50
_NOTHING: Final = Standing(None, ())


class Only(StrEnum):
    ALL = ""
    NOT_ON = "off"
    ERRORS = "errors"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Row:
    tenant: Tenant
    standing: Standing
    traffic: reports.Traffic | None
    features_on: int
    features: int
    may_change: bool

    @property
    def has_high_errors(self) -> bool:
        return has_high_errors(self.traffic)


@dataclass(frozen=True, slots=True)
class Counts:
    off: int
    partly: int
    on: int
    errors: int
    today: int

    @property
    def total(self) -> int:
        return self.off + self.partly + self.on

    @property
    def not_on(self) -> int:
        return self.off + self.partly


@dataclass(frozen=True, slots=True)
class Board:
    """`found` tenants match; the first of them are shown."""

    counts: Counts
    needs_a_look: Sequence[Row]
    normal: Sequence[Row]
    found: int

    @property
    def shown(self) -> int:
        return len(self.needs_a_look) + len(self.normal)

    @property
    def normal_found(self) -> int:
        return self.found - len(self.needs_a_look)


def has_high_errors(traffic: reports.Traffic | None) -> bool:
    if traffic is None or traffic.error_rate is None:
        return False
    return traffic.error_rate >= HIGH_ERRORS and traffic.errors >= LEAST_FAILED


def board(*, query: str, only: Only, limit: int, changeable: Tenants, at: datetime) -> Board:
    standings = _standings()
    busy = reports.traffic(None, at)
    failing = {tenant for tenant, traffic in busy.items() if has_high_errors(traffic)}
    today = _changed_today(at)
    chosen = {Only.NOT_ON: set(standings), Only.ERRORS: failing, Only.TODAY: today}.get(only)
    found = [pk for pk in _matching(query) if chosen is None or pk in chosen]
    look = [pk for pk in found if pk in failing or pk in standings]
    ranked = _by_urgency(look, standings, failing) + _by_traffic(set(look), found, busy)
    rows = _rows(ranked[:limit], standings, busy, changeable)
    split = min(len(look), limit)
    return Board(_counts(standings, failing, today), rows[:split], rows[split:], len(found))


def gateways(at: datetime) -> dict[str, object]:
    """How many answer, and how long ago the last of them did."""
    seen = sorted(Process.objects.gateways().values_list("seen_at", flat=True))
    answering = Process.objects.gateways().answering(at=at).count()
    return {"total": len(seen), "answering": answering, "seen_at": seen[-1] if seen else None}


def _standings() -> Mapping[UUID, Standing]:
    visible = Stop.objects.active().filter(tenant__in=Tenant.objects.customers())
    stops = visible.select_related("tenant", "feature").order_by("tenant_id")
    return {pk: Standing.of(list(group)) for pk, group in groupby(stops, key=lambda stop: stop.tenant_id)}


def _changed_today(at: datetime) -> set[UUID]:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    events = StopEvent.objects.filter(at__gte=midnight, stop__tenant__in=Tenant.objects.customers())
    return set(events.values_list("stop__tenant_id", flat=True))


def _counts(standings: Mapping[UUID, Standing], failing: set[UUID], today: set[UUID]) -> Counts:
    off = sum(standing.state == State.OFF for standing in standings.values())
    on = Tenant.objects.customers().count() - len(standings)
    return Counts(off, len(standings) - off, on, len(failing), len(today))


def _matching(query: str) -> list[UUID]:
    """In the order of names. An address finds the tenant of that person, or of that domain."""
    tenants = Tenant.objects.customers().order_by("name")
    if query:
        words = Q(name__icontains=query) | Q(slug__icontains=query) | Q(domain__icontains=query)
        tenants = tenants.filter(words | Q(plan__iexact=query) | _of_person(query))
    return list(tenants.values_list("pk", flat=True))


def _of_person(query: str) -> Q:
    person, at_sign, domain = query.partition("@")
    if not at_sign or not person:
        return Q(pk__in=())
    of_user = Q(pk__in=EndUser.objects.filter(label__iexact=query).values("tenant_id"))
    return of_user | Q(domain__iexact=domain) if domain else of_user


def _by_urgency(look: Iterable[UUID], standings: Mapping[UUID, Standing], failing: set[UUID]) -> list[UUID]:
    """Failing and still on comes first: there something can be done."""

    def urgency(pk: UUID) -> tuple[bool, bool]:
        return pk not in failing or pk in standings, standings.get(pk, _NOTHING).state != State.OFF

    return sorted(look, key=urgency)


def _by_traffic(look: set[UUID], found: Iterable[UUID], busy: Mapping[UUID, reports.Traffic]) -> list[UUID]:
    rest = [pk for pk in found if pk not in look]
    return sorted(rest, key=lambda pk: -busy[pk].calls_per_minute if pk in busy else 0)


def _rows(
    shown: Sequence[UUID],
    standings: Mapping[UUID, Standing],
    busy: Mapping[UUID, reports.Traffic],
    changeable: Tenants,
) -> list[Row]:
    tenants = Tenant.objects.in_bulk(shown)
    features = Feature.objects.count()
    return [
        Row(
            tenants[pk],
            standing,
            busy.get(pk),
            features - len(standing.features),
            features,
            covers(changeable, pk),
        )
        for pk in shown
        for standing in [standings.get(pk, _NOTHING)]
    ]
