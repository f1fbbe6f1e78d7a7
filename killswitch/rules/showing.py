"""How a rule and its trips are told, for pages, programs and tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from killswitch.models import Rule, Trip, Watch
from killswitch.rules import telling
from killswitch.rules.machine import Stage

# So far back pages tell what happened.
LATELY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule with what it does just now, and did lately, newest first."""

    rule: Rule
    standing: Sequence[Watch]
    trips: Sequence[Trip]

    @property
    def watches(self) -> str:
        return telling.watches(self.rule.signal, self.rule.scope, self.rule.trip, self.rule.min_usd_a_minute)

    @property
    def needs(self) -> str:
        rule = self.rule
        return (
            f"Looks every 10 s at the last {telling.span(rule.window_seconds)}; needs {rule.min_calls} calls from "
            f"{rule.min_callers} callers, and two looks in a row."
        )

    @property
    def in_shadow(self) -> Sequence[Trip]:
        return [trip for trip in self.trips if trip.shadow]

    @property
    def for_real(self) -> Sequence[Trip]:
        return [trip for trip in self.trips if not trip.shadow]


def shown(rules: Iterable[Rule], *, at: datetime) -> list[Shown]:
    rules = list(rules)
    trips = list(Trip.objects.filter(rule__in=rules).since(at - LATELY).select_related("stop"))
    watches = list(
        Watch.objects.filter(rule__in=rules).exclude(stage=Stage.CLEAR).select_related("trip__stop").order_by("label")
    )
    return [
        Shown(
            rule,
            [watch for watch in watches if watch.rule_id == rule.pk],
            [trip for trip in trips if trip.rule_id == rule.pk],
        )
        for rule in rules
    ]


def saw(trip: Trip, rule: Rule) -> str:
    return telling.saw(str(trip.evidence.get("signal", rule.signal)), trip.evidence)


def stage(watch: Watch) -> str:
    return telling.STAGES[watch.stage]
