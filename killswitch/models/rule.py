from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, Self

from django.db import models
from django.db.models import F, Q

from aiops.lib import uuid7
from killswitch.rules.machine import Limits
from killswitch.rules.words import (
    COUNTED_OF,
    FEWEST_CALLERS,
    FEWEST_CALLS,
    LONGEST_WINDOW,
    SCOPES,
    SHORTEST_WINDOW,
    Signal,
)
from killswitch.scopes import MODES, Mode, Scope
from tenants.actors import Actor, ActorKind
from tenants.makers import behind

MOST_RATE: Final = 1000
_PARTS: Final = [scope for scope in Scope if scope in SCOPES]
_MODES: Final = [mode for mode in Mode if mode != Mode.READ_ONLY]


def _words(found: Iterable[StrEnum]) -> list[tuple[str, str]]:
    return [(each.value, each.value.replace("_", " ")) for each in found]


def _named(scopes: frozenset[Scope]) -> list[str]:
    return sorted(scope.value for scope in scopes)


class RuleQuerySet(models.QuerySet["Rule"]):
    def watching(self) -> Self:
        return self.exclude(state=Rule.State.OFF)


class Rule(models.Model):
    """What trips a stop by itself, and of what. It begins in shadow; two people make it live."""

    class State(models.TextChoices):
        OFF = "off", "Off"
        SHADOW = "shadow", "Shadow"
        ASKED = "asked", "Asked to go live"
        LIVE = "live", "Live"

    id = models.UUIDField(primary_key=True, default=uuid7.new, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    signal = models.CharField(max_length=12, choices=_words(Signal))
    scope = models.CharField(max_length=20, choices=_words(_PARTS))
    mode = models.CharField(max_length=10, choices=_words(_MODES), default=Mode.REFUSE.value)
    trip = models.FloatField(default=0.5)
    clear = models.FloatField(default=0.1)
    window_seconds = models.PositiveSmallIntegerField(default=30)
    min_calls = models.PositiveIntegerField(default=FEWEST_CALLS)
    min_callers = models.PositiveIntegerField(default=FEWEST_CALLERS)
    # Of the cost alone: many times next to nothing is still next to nothing. 0 of all others.
    min_usd_a_minute = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    state = models.CharField(max_length=10, choices=State, default=State.SHADOW)
    asked_by_kind = models.CharField(max_length=10, blank=True)
    asked_by_id = models.CharField(max_length=64, blank=True)
    asked_by_label = models.CharField(max_length=254, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    approved_by_kind = models.CharField(max_length=10, blank=True)
    approved_by_id = models.CharField(max_length=64, blank=True)
    approved_by_label = models.CharField(max_length=254, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    # Moves with what people change; whoever changes it says which one they saw.
    version = models.PositiveIntegerField(default=1)
    looked_at = models.DateTimeField(null=True, blank=True)
    # Why it stopped nothing the last time: it could not look, or would have stopped too much at once. Empty otherwise.
    blind = models.CharField(max_length=300, blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            # Whatever a rule sees, it stops no whole tenant, nor everyone.
            models.CheckConstraint(condition=Q(scope__in=_named(SCOPES)), name="rules_watch_parts_only"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(signal=signal.value, scope__in=_named(scopes)) for signal, scopes in COUNTED_OF.items()),
                    _connector=Q.OR,
                ),
                name="rule_counts_what_its_subject_has",
            ),
            models.CheckConstraint(
                condition=~Q(mode="read_only") & ~Q(mode="canned", scope="connection"),
                name="rule_mode_fits_scope",
            ),
            # Between them a stop would come and go with every look.
            models.CheckConstraint(
                condition=Q(clear__gte=0, clear__lt=F("trip"), trip__lte=MOST_RATE), name="rule_clears_below_its_trip"
            ),
            # Fewer calls, or fewer people, are an accident and no trouble.
            models.CheckConstraint(
                condition=Q(min_calls__gte=FEWEST_CALLS, min_callers__gte=FEWEST_CALLERS),
                name="rule_needs_enough_calls_and_callers",
            ),
            models.CheckConstraint(
                condition=Q(window_seconds__gte=SHORTEST_WINDOW, window_seconds__lte=LONGEST_WINDOW),
                name="rule_window_is_bounded",
            ),
            models.CheckConstraint(
                condition=Q(min_usd_a_minute=0) | Q(signal="cost", min_usd_a_minute__gt=0),
                name="rule_counts_dollars_of_cost_only",
            ),
            # One person alone makes no machine stop things.
            models.CheckConstraint(
                condition=~Q(state="live")
                | (~Q(asked_by_id="") & ~Q(approved_by_id="") & ~Q(approved_by_id=F("asked_by_id"))),
                name="live_rules_took_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | ~Q(asked_by_id="") & Q(asked_at__isnull=False),
                name="asked_rules_say_who_asked",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def limits(self) -> Limits:
        return Limits(self.trip, self.clear, self.min_calls, self.min_callers, float(self.min_usd_a_minute))

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.window_seconds)

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.RULE, str(self.pk), self.name, is_over_all=True)

    @property
    def is_multiple(self) -> bool:
        """Its rate is a multiple of what is usual; of all others it is a share."""
        return self.signal == Signal.COST

    @property
    def modes(self) -> list[Mode]:
        return [mode for mode in _MODES if mode in MODES[Scope(self.scope)]]

    def was_asked_by(self, actor: Actor) -> bool:
        """In person or with a key."""
        return bool(behind(self.asked_by_kind, self.asked_by_id) & behind(actor.kind, actor.id))
