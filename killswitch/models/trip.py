from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from killswitch.models.rule import Rule
from killswitch.models.stop import Stop
from killswitch.rules.machine import FIRST_COOLDOWN, Stage, State


class TripQuerySet(models.QuerySet["Trip"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def since(self, moment: datetime) -> Self:
        return self.filter(Q(ended_at=None) | Q(ended_at__gte=moment))


class Trip(models.Model):
    """A rule stopped a subject, or in shadow would have."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="trips")
    # What the guard probes.
    subject = models.CharField(max_length=160)
    label = models.CharField(max_length=500)
    shadow = models.BooleanField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # How it ended, in words.
    ended = models.CharField(max_length=300, blank=True)
    latched = models.BooleanField(default=False)
    # What was counted: calls, bad ones, rate, callers, the window, ids of some.
    evidence = models.JSONField()
    stop = models.ForeignKey(Stop, models.PROTECT, null=True, blank=True, related_name="trips")

    objects = TripQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=Q(ended_at=None), name="one_open_trip_of_a_rule_and_subject"
            ),
            # A trip without its stop, or a shadow with one, would tell a lie.
            models.CheckConstraint(
                condition=Q(shadow=True, stop=None) | Q(shadow=False, stop__isnull=False), name="real_trips_have_a_stop"
            ),
        ]
        indexes = [models.Index(fields=["rule", "-at"], name="trips_of_a_rule")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.label}"


class Watch(models.Model):
    """What a rule remembers of a subject between two looks; without a row, nothing."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="watches")
    subject = models.CharField(max_length=160)
    label = models.CharField(max_length=500)
    stage = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Stage])
    since = models.DateTimeField(null=True, blank=True)
    cooldown_seconds = models.PositiveIntegerField()
    # Times of the trips of this episode.
    trips = models.JSONField(default=list)
    over = models.PositiveSmallIntegerField(default=0)
    good_since = models.DateTimeField(null=True, blank=True)
    silent_until = models.DateTimeField(null=True, blank=True)
    # The one that stands for its stage, while it is not clear.
    trip = models.ForeignKey(Trip, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "subject"], name="one_watch_of_a_rule_and_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.subject} {self.stage}"

    @property
    def state(self) -> State:
        return State(
            Stage(self.stage),
            self.since,
            timedelta(seconds=self.cooldown_seconds),
            tuple(map(datetime.fromisoformat, self.trips)),
            self.over,
            self.good_since,
            self.silent_until,
        )

    @state.setter
    def state(self, state: State) -> None:
        self.stage, self.since = state.stage.value, state.since
        self.cooldown_seconds = int(state.cooldown.total_seconds())
        self.trips = [each.isoformat() for each in state.trips]
        self.over, self.good_since, self.silent_until = state.over, state.good_since, state.silent_until

    @classmethod
    def new(cls, rule: Rule, subject: str, label: str) -> Self:
        empty: dict[str, Any] = {"stage": Stage.CLEAR.value, "cooldown_seconds": int(FIRST_COOLDOWN.total_seconds())}
        return cls(rule=rule, subject=subject, label=label, **empty)

    @property
    def percent(self) -> int:
        """Of the calls that pass on trial."""
        return {Stage.TRYING_5: 5, Stage.TRYING_25: 25}.get(Stage(self.stage), 0)
