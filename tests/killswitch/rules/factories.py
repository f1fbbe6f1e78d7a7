"""Rules, and a world that they look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from killswitch.models import Rule, Stop, Trip, Watch
from killswitch.rules import changing
from killswitch.rules.defaults import ensure_rules
from killswitch.rules.looking import look_at_all
from killswitch.rules.machine import Observation
from killswitch.rules.seen import CouldNotLook, Found, Seen, Window
from killswitch.rules.words import Signal
from killswitch.scopes import Scope
from killswitch.targets import Target
from tenants.actors import Actor, ActorKind

EVERY = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
ANN, BEN = (Actor(ActorKind.USER, id, name, is_over_all=True) for id, name in (("1", "Ann"), ("2", "Ben")))
MODEL = Target.model("gpt-4o")
BAD, GOOD = Observation(40, 38, 8, 0.95), Observation(40, 0, 8, 0.0)
FEW_GOOD, FEW_BAD = Observation(6, 0, 4, 0.0), Observation(6, 6, 4, 1.0)


def a_rule(slug: str, *, at: datetime) -> Rule:
    """One of those that every installation has."""
    ensure_rules(at=at)
    return Rule.objects.get(slug=slug)


def a_live_rule(slug: str = "model-fails", *, at: datetime) -> Rule:
    rule = a_rule(slug, at=at)
    changing.ask(rule, by=ANN, at=at)
    return changing.approve(rule, by=BEN, at=at)


@dataclass
class World:
    """What there is to be seen, of what the rules on errors of models look at; and the time."""

    at: datetime
    seen: Observation | None = None
    target: Target = MODEL
    signal: Signal = Signal.ERRORS
    asked: list[Window] = field(default_factory=list)

    def read(self, signal: Signal, scope: Scope, window: Window) -> Found:
        if (signal, scope) != (self.signal, self.target.scope):
            return {}
        self.asked.append(window)
        if self.seen is None:
            raise CouldNotLook("The recorder has never reported.")
        return {self.target.key: Seen(self.target, self.seen, ("call-1", "call-2"))}

    def look(self, *seen: Observation | None, every: timedelta = EVERY) -> None:
        """One look after the other, at one thing after the other."""
        for each in seen:
            self.at, self.seen = self.at + every, each
            look_at_all(self.read, at=self.at)

    def stop(self) -> Stop | None:
        return Stop.objects.active().at(self.target).first()

    def the_stop(self) -> Stop:
        return Stop.objects.active().at(self.target).get()


def stages(rule: Rule) -> list[str]:
    return list(Watch.objects.filter(rule=rule).values_list("stage", flat=True))


def trips(rule: Rule) -> list[Trip]:
    return list(rule.trips.order_by("pk"))


def kinds(stop: Stop) -> list[str]:
    return list(stop.events.order_by("version").values_list("kind", flat=True))


def many(what: Observation | None, times: int) -> Iterable[Any]:
    return [what] * times
