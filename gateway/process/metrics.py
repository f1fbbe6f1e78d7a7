"""What /metrics tells. No tenant is named: the address asks for no key."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from costs.reasons import has_failed
from costs.records import Finished

_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
_PREFIX: Final = "aiops_gateway"


class Metrics:
    """Plain sums, as a call must not pay for them; they take Prometheus's shape when somebody asks."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._calls: Counter[str] = Counter()
        self._tokens: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._failed_hops: Counter[str] = Counter()
        self._shed: Counter[str] = Counter()
        self._latencies = [0] * (len(_SECONDS) + 1)
        self._latency_ms = 0
        self._gauges: list[tuple[str, str, Callable[[], float]]] = []
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def count(self, finished: Finished) -> None:
        usage, milliseconds = finished.usage, finished.latency_ms or 0
        self._calls[finished.outcome] += 1
        self._tokens["input"] += usage.input_tokens
        self._tokens["cached"] += usage.cached_tokens
        self._tokens["output"] += usage.output_tokens
        self._latencies[bisect_left(_SECONDS, milliseconds / 1000)] += 1
        self._latency_ms += milliseconds
        for hop in finished.hops:
            if has_failed(hop.reason, hop.status):
                self._failed_hops[hop.reason] += 1

    def refused(self, code: str) -> None:
        self._refused[code] += 1

    def shed(self, why: str) -> None:
        self._shed[why] += 1

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """A figure that is asked for when somebody wants to know."""
        self._gauges.append((name, text, value))

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        yield self._counter("calls", "Calls that came to an end.", "outcome", self._calls)
        yield self._counter("tokens", "Tokens that were used.", "kind", self._tokens)
        yield self._counter("refused", "Calls refused before they had a record.", "code", self._refused)
        yield self._counter("shed", "Calls refused as there was no room for them.", "reason", self._shed)
        yield self._counter("failed_hops", "Attempts on a model that failed, its fault.", "reason", self._failed_hops)
        yield self._histogram()
        for name, text, value in self._gauges:
            gauge = GaugeMetricFamily(f"{_PREFIX}_{name}", text, labels=["process"])
            gauge.add_metric([self._process], value())
            yield gauge

    def _counter(self, name: str, text: str, label: str, sums: Counter[str]) -> Metric:
        family = CounterMetricFamily(f"{_PREFIX}_{name}", text, labels=["process", label])
        for key, value in sorted(sums.items()):
            family.add_metric([self._process, key], value)
        return family

    def _histogram(self) -> Metric:
        family = HistogramMetricFamily(f"{_PREFIX}_call_seconds", "From the call to its last byte.", labels=["process"])
        bounds = [*map(str, _SECONDS), "+Inf"]
        buckets = [(bound, float(sum(self._latencies[: place + 1]))) for place, bound in enumerate(bounds)]
        family.add_metric([self._process], buckets=buckets, sum_value=self._latency_ms / 1000)
        return family
