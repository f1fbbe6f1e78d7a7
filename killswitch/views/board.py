"""The list of switches: who needs a look, then everybody by traffic. Built for ten thousand tenants."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import filterfalse, groupby
from typing import Final
from uuid import UUID

from costs import reports
from costs.models import EndUser
from killswitch.addresses import address
from killswitch.models import Stop, StopEvent
from killswitch.scopes import Scope
from killswitch.standing import Above, Standing, State, covers
from killswitch.views import waiting
from killswitch.views.matching import matching, people_called, stops_of
from killswitch.views.stopped_calls import held_up
from tenants.models import Feature, Process, Tenant
from tenants.permissions import Permission
from tenants.principals import Principal

HIGH_ERRORS: Final = 0.03
# One failed call of three is bad luck: of a quarter of an hour's calls at least so many failed.
LEAST_FAILED: Final = 2
PAGE: Final = 50
_NOTHING: Final = Standing(None, ())
_ORDER: Final = (State.OFF, State.PARTLY, State.ON)


class Only(StrEnum):
    ALL = ""
    NOT_ON = "off"
    ERRORS = "errors"
    BUDGET = "budget"
    TODAY = "today"


CHIPS: Final[Mapping[Only, str]] = {
    Only.ALL: "All",
    Only.NOT_ON: "Not fully on",
    Only.ERRORS: "High errors",
    Only.BUDGET: "Over budget",
    Only.TODAY: "Changed today",
}


@dataclass(frozen=True, slots=True)
class Row:
    tenant: Tenant
    standing: Standing
    traffic: reports.Traffic | None
    features_on: int
    features: int
    # The one of its budgets that is used up most, when it is used up.
    over_budget: reports.BudgetStanding | None
    # Calls of the last day that a hard budget refused: it does so before it is used up.
    refused: int
    may_change: bool
    needs_another: bool
    # Whom an address that was searched for is of, and what keeps them off.
    person: EndUser | None
    person_stop: Stop | None
    # Somebody else has yet to look at a stop of it.
    review_due: bool
    # A change of its switches that some gateway has not confirmed in time.
    unconfirmed: bool
    # Calls that a stop over everybody refused lately, though nothing of its own is off.
    held_up: int

    @property
    def person_off(self) -> str:
        return self._of_person("off")

    @property
    def person_on(self) -> str:
        return self._of_person("on")

    def _of_person(self, step: str) -> str:
        key = str(self.person.key) if self.person else ""
        return address(step, slug=self.tenant.slug, scope=Scope.USER.value, ref=key)

    @property
    def has_high_errors(self) -> bool:
        return has_high_errors(self.traffic)

    @property
    def budget_alarm(self) -> str:
        if self.over_budget is None:
            return ""
        feature = self.over_budget.budget.feature
        # Rounded down: what is not quite used up must not read as if it were.
        return f"{f'{feature.name} ' if feature else ''}over budget, {int(self.over_budget.used * 100):,}%"

    @property
    def is_flagged(self) -> bool:
        return self.has_high_errors or self.over_budget is not None or self.refused > 0 or self.unconfirmed


@dataclass(frozen=True, slots=True)
class Counts:
    off: int
    partly: int
    # Off with everyone, and by no stop of its own as a whole.
    held: int
    # On, but for calls that what is off over everybody refuses.
    held_up: int
    on: int
    errors: int
    budget: int
    today: int

    @property
    def total(self) -> int:
        return self.not_on + self.held_up + self.on

    @property
    def not_on(self) -> int:
        return self.off + self.partly + self.held


@dataclass(frozen=True, slots=True)
class Board:
    """`found` tenants match; the first of them are shown."""

    counts: Counts
    needs_a_look: Sequence[Row]
    normal: Sequence[Row]
    found: int
    # So many more match, but not under the chip that is chosen.
    hidden: int
    # Of all tenants, found or not.
    calls_per_minute: float

    @property
    def shown(self) -> int:
        return len(self.needs_a_look) + len(self.normal)

    @property
    def normal_found(self) -> int:
        return self.found - len(self.needs_a_look)


def has_high_errors(traffic: reports.Lately | reports.Traffic | None) -> bool:
    if traffic is None or traffic.error_rate is None:
        return False
    return traffic.error_rate >= HIGH_ERRORS and traffic.errors >= LEAST_FAILED


@dataclass(frozen=True, slots=True)
class _Known:
    """Of all tenants at once, so that a page takes as many queries for many as for few."""

    standings: Mapping[UUID, Standing]
    busy: Mapping[UUID, reports.Lately]
    failing: set[UUID]
    over_budget: Mapping[UUID, reports.BudgetStanding]
    refused: Mapping[UUID, int]
    today: set[UUID]
    reviews: set[UUID]
    unconfirmed: set[UUID]
    held_up: Mapping[UUID, int]
    # Everyone is off: whatever a tenant's own switch says.
    holds_all: bool

    @property
    def limited(self) -> set[UUID]:
        """Over a budget of their own, or with calls that a hard one refused."""
        return self.over_budget.keys() | self.refused.keys()

    def chosen(self, only: Only) -> Collection[UUID] | None:
        of = {Only.NOT_ON: self.standings, Only.ERRORS: self.failing, Only.BUDGET: self.limited}
        return None if only == Only.NOT_ON and self.holds_all else {**of, Only.TODAY: self.today}.get(only)

    def needs_a_look(self, pk: UUID) -> bool:
        asking = (self.failing, self.standings, self.limited, self.reviews, self.unconfirmed, self.held_up)
        return any(pk in those for those in asking)

    def urgency(self, pk: UUID) -> tuple[bool, bool, int]:
        """What may still run though it was stopped, then what fails and is on: there something can be done."""
        fails = pk in self.failing and pk not in self.standings
        return pk not in self.unconfirmed, not fails, _ORDER.index(self.standings.get(pk, _NOTHING).state)

    def traffic(self, pk: UUID) -> float:
        return self.busy[pk].calls_per_minute if pk in self.busy else 0


def board(*, query: str, only: Only, limit: int, principal: Principal, above: Above, at: datetime) -> Board:
    known = _known(above, at)
    chosen, fitting = known.chosen(only), matching(query)
    found = [pk for pk in fitting if chosen is None or pk in chosen]
    look = sorted(filter(known.needs_a_look, found), key=known.urgency)
    rest = sorted(filterfalse(known.needs_a_look, found), key=lambda pk: -known.traffic(pk))
    rows = _rows((look + rest)[:limit], known, principal, at, query)
    split = min(len(look), limit)
    return Board(
        _counts(known),
        rows[:split],
        rows[split:],
        len(found),
        len(fitting) - len(found),
        sum(each.calls_per_minute for each in known.busy.values()),
    )


def gateways(at: datetime) -> dict[str, object]:
    """How many answer, and how long ago the last of them did."""
    found = list(Process.objects.gateways().saying_whether_they_answer())
    seen, answering = sorted(each.seen_at for each in found), sum(each.is_answering for each in found)
    return {"total": len(seen), "answering": answering, "seen_at": seen[-1] if seen else None}


def _known(above: Above, at: datetime) -> _Known:
    busy = reports.lately(at)
    failing = {tenant for tenant, traffic in busy.items() if has_high_errors(traffic)}
    standings = _standings()
    stopped = {pk: each.stopped for pk, each in busy.items() if pk not in standings}
    return _Known(
        standings, busy, failing, over_budget(at), reports.refused_by_budget(at), _changed_today(at),
        waiting.due_for_review(at), waiting.unconfirmed(at), held_up(above, stopped, at), above.holds_all,
    )  # fmt: skip


def over_budget(at: datetime) -> Mapping[UUID, reports.BudgetStanding]:
    """Of each tenant the budget of its own that is used up most; the operator's is over everybody."""
    used_up = [each for each in reports.budgets(at) if each.used >= 1 and not each.budget.tenant.is_operator]
    return {each.budget.tenant_id: each for each in sorted(used_up, key=lambda each: each.used)}


def _standings() -> Mapping[UUID, Standing]:
    visible = Stop.objects.active().switches()
    stops = visible.select_related("tenant", "feature").order_by("tenant_id")
    return {pk: Standing.of(list(group)) for pk, group in groupby(stops, key=lambda stop: stop.tenant_id)}


def _changed_today(at: datetime) -> set[UUID]:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    events = StopEvent.objects.filter(at__gte=midnight, stop__tenant__in=Tenant.objects.customers())
    return set(events.values_list("stop__tenant_id", flat=True))


def _counts(known: _Known) -> Counts:
    off = sum(standing.state == State.OFF for standing in known.standings.values())
    total, partly, late = Tenant.objects.customers().count(), len(known.standings) - off, len(known.held_up)
    alarms = len(known.failing), len(known.limited), len(known.today)
    if known.holds_all:
        return Counts(off, 0, total - off, 0, 0, *alarms)
    return Counts(off, partly, 0, late, total - off - partly - late, *alarms)


def _rows(shown: Sequence[UUID], known: _Known, principal: Principal, at: datetime, query: str) -> list[Row]:
    traffic = reports.glance(shown, known.busy, at)
    tenants = Tenant.objects.in_bulk(shown)
    features = Feature.objects.customers().count()
    people = people_called(query, shown)
    off = stops_of(people)
    changeable = principal.over(Permission.SWITCHES_CHANGE)
    return [
        Row(
            tenant=tenants[pk],
            standing=standing,
            traffic=traffic[pk] if traffic[pk].last_call_at or any(traffic[pk].sparkline) else None,
            features_on=features - sum(not stop.feature.is_own for stop in standing.features if stop.feature),
            features=features,
            over_budget=known.over_budget.get(pk),
            refused=known.refused.get(pk, 0),
            may_change=covers(changeable, pk),
            needs_another=(
                standing.everything is not None and standing.everything.needs_another(principal.actor, at_a_glance=True)
            ),
            person=people.get(pk),
            person_stop=off.get(pk),
            review_due=pk in known.reviews,
            unconfirmed=pk in known.unconfirmed,
            held_up=known.held_up.get(pk, 0),
        )
        for pk in shown
        for standing in [known.standings.get(pk, _NOTHING)]
    ]
