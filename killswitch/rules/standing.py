"""Who keeps a rule's subjects off just now."""

from collections.abc import Collection
from datetime import datetime
from typing import Self
from uuid import UUID

from killswitch.models import Stop, StopEvent, Watch
from killswitch.rules.machine import EPISODE, Stage, Standing
from tenants.actors import ActorKind


class Standings:
    """Of the subjects of one look; three queries whatever their number."""

    def __init__(self, stops: dict[str, Stop], joined: dict[UUID, str], lifts: dict[UUID, StopEvent]) -> None:
        self._stops, self._joined, self._lifts = stops, joined, lifts

    @classmethod
    def of(cls, subjects: Collection[str], watches: Collection[Watch]) -> Self:
        # Before their events: who joins a stop in between moves its version, and what was read here lifts it no more.
        stops = list(Stop.objects.active().filter(target__in=subjects).select_related("tenant", "feature"))
        own = [watch.trip.stop_id for watch in watches if watch.trip and watch.trip.stop_id]
        events = StopEvent.objects.filter(stop__in=own).order_by("version")
        joined = {each.stop_id: each.actor_kind for each in events if each.is_join}
        lifts = {each.stop_id: each for each in events if each.kind in (StopEvent.Kind.LIFTED, StopEvent.Kind.EXPIRED)}
        return cls({stop.target: stop for stop in stops}, joined, lifts)

    def stop_at(self, subject: str) -> Stop | None:
        return self._stops.get(subject)

    def of_subject(self, subject: str, watch: Watch | None, *, at: datetime) -> Standing:
        stop, trip = self._stops.get(subject), watch.trip if watch else None
        if stop is not None and trip is not None and trip.stop_id == stop.pk:
            return self._with_joins(stop)
        if stop is not None:
            return Standing.ANOTHER_RULE if stop.origin == Stop.Origin.RULE else Standing.PEOPLE
        if watch is None or trip is None:
            return Standing.NOBODY
        return _in_shadow(watch, at) if trip.shadow else self._lifted(trip.stop_id)

    def ended(self, watch: Watch, standing: Standing) -> str:
        """How a stop of the rule came to its end without the rule."""
        if standing is Standing.PEOPLE:
            return "people took it over"
        stop = watch.trip.stop_id if watch.trip else None
        event = self._lifts.get(stop) if stop else None
        if event is not None and event.kind == StopEvent.Kind.LIFTED:
            return f"lifted by {event.actor_label}"
        return "another rule took it over" if standing is Standing.ANOTHER_RULE else "its time was over"

    def _with_joins(self, stop: Stop) -> Standing:
        """Also people's, or also another rule's, it is not ours to lift any more."""
        match self._joined.get(stop.pk):
            case None:
                return Standing.OURS
            case ActorKind.RULE:
                return Standing.ANOTHER_RULE
        return Standing.PEOPLE

    def _lifted(self, stop: UUID | None) -> Standing:
        event = self._lifts.get(stop) if stop else None
        is_by_people = event is not None and event.kind == StopEvent.Kind.LIFTED
        return Standing.LIFTED if is_by_people else Standing.NOBODY


def _in_shadow(watch: Watch, at: datetime) -> Standing:
    """Nobody lifts what is no stop: a person would have looked by then."""
    is_over = watch.stage == Stage.LATCHED and watch.since is not None and at - watch.since >= EPISODE
    return Standing.NOBODY if is_over else Standing.OURS
