"""The kill-switch's part of /metrics."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeHistogramMetricFamily, GaugeMetricFamily, Metric

from aiops.killswitch_health import in_force, newest_drill
from killswitch import sweeping
from killswitch.confirmations import late
from killswitch.drills.summing import BOUNDS, histogram
from killswitch.models import Drill
from killswitch.scopes import Scope

_HOUR = timedelta(hours=1)


def register(registry: CollectorRegistry, at: datetime) -> None:
    registry.register(_Read(list(_metrics(at))))


class _Read:
    """What was read before: a registry asks more than once, and a database that fails must do so outside of it."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        return iter(self._metrics)


def _metrics(at: datetime) -> Iterator[Metric]:
    found = in_force()
    stops = GaugeMetricFamily("aiops_stops_active", "Stops in force, without those of drills.", labels=["scope"])
    for scope in Scope:
        stops.add_metric([scope], found.get(scope, 0))
    yield stops
    # Behind, or out of contact: either may let calls through that were stopped.
    told = "Changes that a gateway has not confirmed within 5 s, be it behind or out of contact."
    yield GaugeMetricFamily("aiops_stops_unconfirmed", told, len(late(at)))
    swept = sweeping.last()
    if swept is not None:
        silent = max(0.0, (at - swept).total_seconds())
        yield GaugeMetricFamily(
            "aiops_worker_silent_seconds", "Since the worker last looked for stops that end.", silent
        )
    yield from _of_drills(at)


def _of_drills(at: datetime) -> Iterator[Metric]:
    """Absent until one has ended: nothing is not zero."""
    drill = newest_drill()
    if drill is None or drill.finished_at is None:
        return
    age = (at - drill.finished_at).total_seconds()
    yield GaugeMetricFamily("aiops_killswitch_last_drill_age_seconds", "Since the last drill ended.", age)
    passed = int(drill.passed)
    yield GaugeMetricFamily("aiops_killswitch_last_drill_passed", "1 when the last drill passed.", passed)
    yield _propagation(at)


def _propagation(at: datetime) -> Metric:
    """Of a sliding hour, so its buckets also fall: query them as they are, without rate()."""
    rows = Drill.objects.finished().since(at - _HOUR).values_list("processes", flat=True)
    samples = [each["seconds"] for processes in rows for each in processes if each["seconds"] is not None]
    bounds = [*map(str, BOUNDS), "+Inf"]
    buckets = list(zip(bounds, map(float, accumulate(histogram(samples))), strict=True))
    text = "From a stop to its being in force on a gateway, in the last hour's drills."
    return GaugeHistogramMetricFamily(
        "aiops_killswitch_propagation_seconds", text, buckets=buckets, gsum_value=sum(samples)
    )
